package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// bePlenary has the binary of the tests run as the program.
const bePlenary = "BE_PLENARY"

func TestMain(m *testing.M) {
	if os.Getenv(bePlenary) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// checkFirstMinute runs the lines that a server printed, as they are.
func checkFirstMinute(t *testing.T, printed []string) {
	t.Helper()
	var lines []string
	for _, line := range printed {
		if command, ok := strings.CutPrefix(line, "   "); ok {
			lines = append(lines, command)
		}
	}
	if len(lines) != 4 {
		t.Fatalf("%d lines to paste, want 4: %q", len(lines), printed)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatalf("the lines that the server prints use curl: %v", err)
	}
	follow := shell(t, lines[0])
	events, err := follow.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := follow.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = follow.Process.Kill(), follow.Wait() }()
	seen := make(chan string, 1)
	go func() {
		for s := bufio.NewScanner(events); s.Scan(); {
			if strings.Contains(s.Text(), "COMMENT_POSTED") {
				seen <- s.Text()
				return
			}
		}
		close(seen)
	}()
	event := ""
	for event == "" { // the first comments may come before the subscription
		out, err := shell(t, lines[1]).Output()
		if err != nil || !bytes.Contains(out, []byte("\"comment_")) || bytes.Contains(out, []byte("\"message\"")) {
			t.Fatalf("%s\n%s (%v)", lines[1], out, err)
		}
		select {
		case e, ok := <-seen:
			if event = e; !ok {
				t.Fatalf("%s ends", lines[0])
			}
		default:
		}
	}
	if !strings.Contains(event, "I want to know the price before I sign in.") || !strings.Contains(event, `"Amber"`) {
		t.Errorf("the event is %s", event)
	}
	if out, err := shell(t, lines[2]).CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s (%v)", lines[2], out, err)
	}
	if out, err := shell(t, lines[3]).CombinedOutput(); err != nil || !bytes.Contains(out, []byte("all acts")) || !bytes.HasSuffix(out, []byte("OK\n")) {
		t.Errorf("%s\n%s (%v)", lines[3], out, err)
	}
}

func shell(t *testing.T, line string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), "sh", "-c", "exec "+line)
	c.Env = append(os.Environ(), bePlenary+"=1")
	return c
}
