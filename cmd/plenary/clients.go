package main

import (
	"fmt"
	"net/netip"
	"os"

	"github.com/goccy/go-yaml"

	"github.com/plenary-dialogue/plenary/internal/server"
)

// clientFile is one entry of the list in the file that --clients names.
type clientFile struct {
	Name        string   `yaml:"name"`
	Issuer      string   `yaml:"issuer"`
	ClientID    string   `yaml:"client-id"`
	Networks    []string `yaml:"networks"`
	PerMinute   int64    `yaml:"per-minute"`
	Burst       int64    `yaml:"burst"`
	Share       int      `yaml:"share"`
	Connections int      `yaml:"connections"`
}

// readClients reads and checks the file of named clients.
func readClients(path string) ([]server.Client, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--clients: %w", err)
	}
	defer f.Close()
	var list []clientFile
	if err := yaml.NewDecoder(f, yaml.DisallowUnknownField()).Decode(&list); err != nil {
		return nil, fmt.Errorf("--clients: %s: %s", path, yaml.FormatError(err, false, false))
	}
	clients := make([]server.Client, len(list))
	for i, in := range list {
		clients[i] = server.Client{
			Name: in.Name, Issuer: in.Issuer, ID: in.ClientID, Share: in.Share, Connections: in.Connections,
			Allowance: server.Allowance{PerMinute: in.PerMinute, Burst: in.Burst},
		}
		for _, cidr := range in.Networks {
			n, err := netip.ParsePrefix(cidr)
			if err != nil {
				return nil, fmt.Errorf("--clients: %s: client %s: %q is not a network such as 10.0.0.0/8", path, in.Name, cidr)
			}
			clients[i].Networks = append(clients[i].Networks, n)
		}
	}
	if err := server.CheckClients(clients); err != nil {
		return nil, fmt.Errorf("--clients: %s: %w", path, err)
	}
	return clients, nil
}
