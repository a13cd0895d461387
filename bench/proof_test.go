package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// logOf makes the response of a server with two acts that proves the first.
func logOf(change func(log map[string]any)) []byte {
	entries := [2][32]byte{{1}, {2}}
	var leaves [2]tlog.Hash
	for i, e := range entries {
		leaves[i] = tlog.RecordHash(e[:])
	}
	root := tlog.NodeHash(leaves[0], leaves[1])
	sibling := base64.StdEncoding.EncodeToString(leaves[1][:])
	log := map[string]any{
		"entry": map[string]any{"entry": hex.EncodeToString(entries[0][:])},
		"inclusionProof": map[string]any{
			"seq": "1", "hashes": []string{sibling},
			"checkpoint": map[string]any{"size": "2", "root": base64.StdEncoding.EncodeToString(root[:])},
		},
		"consistencyProof": map[string]any{"hashes": []string{sibling}},
	}
	change(log)
	b, err := json.Marshal(map[string]any{"data": map[string]any{"actLog": log}})
	if err != nil {
		panic(err) // callers pass only strings
	}
	return b
}

func TestProves(t *testing.T) {
	inclusion := func(log map[string]any) map[string]any { return log["inclusionProof"].(map[string]any) }
	for _, c := range []struct {
		rule   string
		change func(log map[string]any)
		right  bool
	}{
		{"a valid proof is accepted", func(map[string]any) {}, true},
		{"another act is not proved", func(log map[string]any) { log["entry"] = map[string]any{"entry": hex.EncodeToString(make([]byte, 32))} }, false},
		{"an act with another sequence number is not proved", func(log map[string]any) { inclusion(log)["seq"] = "2" }, false},
		{"fewer hashes prove nothing", func(log map[string]any) { inclusion(log)["hashes"] = []string{} }, false},
		{"an invalid hash proves nothing", func(log map[string]any) { inclusion(log)["hashes"] = []string{"AAAA"} }, false},
		{"a missing inclusion proof proves nothing", func(log map[string]any) { log["inclusionProof"] = nil }, false},
		{"a missing entry proves nothing", func(log map[string]any) { log["entry"] = nil }, false},
		{"a consistency proof may not be missing", func(log map[string]any) { log["consistencyProof"] = map[string]any{"hashes": []string{}} }, false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if err := proves(logOf(c.change)); (err == nil) != c.right {
				t.Errorf("proves = %v, want right %v", err, c.right)
			}
		})
	}
}
