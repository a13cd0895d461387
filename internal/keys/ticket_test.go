package keys_test

import (
	"bytes"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/keys"
)

func TestTickets(t *testing.T) {
	dir := t.TempDir()
	one, err := keys.Open(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	replica, err := keys.Open(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	other, err := keys.Open(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	words := []byte("who asked")
	ticket := one.Ticket("file a", words)
	if bytes.Contains(ticket, words) || !bytes.Equal(ticket, replica.Ticket("file a", words)) || bytes.Equal(ticket, one.Ticket("file b", words)) {
		t.Error("a ticket shows its words, differs between replicas, or is the same for another context")
	}
	if plain, err := replica.OpenTicket("file a", ticket); err != nil || !bytes.Equal(plain, words) {
		t.Errorf("a replica opens the ticket as %q, %v", plain, err)
	}
	for i := range ticket {
		forged := bytes.Clone(ticket)
		forged[i] ^= 1
		if _, err := one.OpenTicket("file a", forged); err == nil {
			t.Errorf("a ticket with another byte %d opens", i)
		}
	}
	if _, err := one.OpenTicket("file b", ticket); err == nil {
		t.Error("a ticket opens in another context")
	}
	if _, err := other.OpenTicket("file a", ticket); err == nil {
		t.Error("a ticket of another installation opens")
	}
}
