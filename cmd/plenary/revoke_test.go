package main

import (
	"strings"
	"testing"
)

// An operator revokes while no server runs: the act is in the log, with its reason.
func TestRevokeWritesAnAct(t *testing.T) {
	t.Chdir(t.TempDir())
	_, stop := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	if code := stop(); code != 0 {
		t.Fatalf("the server ends with %d", code)
	}
	code, out, errs := call(t, nil, "revoke", "--issuer", "https://dev.plenary.invalid", "--subject", "facilitator@demo", "--role", "facilitator", "--reason", "A laptop was lost.")
	if code != 0 || !strings.HasPrefix(out, "act_") {
		t.Fatalf("revoke: exit %d, %s%s", code, out, errs)
	}
	act, _, _ := strings.Cut(out, "\n")
	code, out, errs = call(t, nil, "log", "bundle")
	line := ""
	for l := range strings.Lines(out) {
		if strings.Contains(l, act) {
			line = l
		}
	}
	if code != 0 || !strings.Contains(line, "access.revoked") || !strings.Contains(line, "A laptop was lost.") {
		t.Errorf("the bundle has no act %s with its reason: exit %d, %s%s", act, code, line, errs)
	}
	if code, _, errs := call(t, nil, "revoke", "--issuer", "https://dev.plenary.invalid", "--subject", "s", "--role", "king", "--reason", "r"); code != exitFailed || !strings.Contains(errs, "no role") {
		t.Errorf("revoke of a role that is none: exit %d, %s", code, errs)
	}
}
