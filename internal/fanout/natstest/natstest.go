// Package natstest runs a real NATS server with JetStream inside a test. The test may stop it, wipe it and start it again.
package natstest

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Password is the password for clients of a broker.
const Password = "s3cret-word"

// Broker is a server that keeps its address when it is started again.
type Broker struct {
	Folder string // where it stores its data
	t      testing.TB
	port   int
	server *server.Server
}

// Start runs a server on loopback until the test ends.
func Start(t testing.TB) *Broker {
	t.Helper()
	b := &Broker{t: t, Folder: t.TempDir(), port: server.RANDOM_PORT}
	b.Start()
	t.Cleanup(b.Stop)
	return b
}

// Start runs the server again after Stop.
func (b *Broker) Start() {
	b.t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: b.port, JetStream: true, StoreDir: b.Folder, NoLog: true, NoSigs: true, Username: "plenary", Password: Password,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(time.Minute) {
		b.t.Fatal("the broker does not start")
	}
	b.port, b.server = s.Addr().(*net.TCPAddr).Port, s
}

// Stop ends the server and its connections.
func (b *Broker) Stop() {
	b.server.Shutdown()
	b.server.WaitForShutdown()
}

// Wipe deletes all data of a stopped server.
func (b *Broker) Wipe() {
	b.t.Helper()
	if err := os.RemoveAll(filepath.Join(b.Folder, server.JetStreamStoreDir)); err != nil {
		b.t.Fatal(err)
	}
}

// Address is host and port.
func (b *Broker) Address() string { return fmt.Sprintf("127.0.0.1:%d", b.port) }

// URL is the URL for clients, with the password.
func (b *Broker) URL() string { return "nats://plenary:" + Password + "@" + b.Address() }

// Client connects a client with the password.
func (b *Broker) Client() (*nats.Conn, jetstream.JetStream) {
	b.t.Helper()
	conn, err := nats.Connect(b.URL(), nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond))
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		b.t.Fatal(err)
	}
	return conn, js
}

// Stream finds the only stream; nil if there is none.
func Stream(js jetstream.JetStream) jetstream.Stream {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	name := ""
	for n := range js.StreamNames(ctx).Name() {
		name = n
	}
	if name == "" {
		return nil
	}
	s, err := js.Stream(ctx, name)
	if err != nil {
		return nil
	}
	return s
}
