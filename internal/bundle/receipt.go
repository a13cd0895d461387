package bundle

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// heading is the first line of each receipt. No checkpoint of a log begins like this, which the same key signs.
const heading = "plenary filing receipt v1"

// Receipt is what a receipt says.
type Receipt struct {
	Filing, Assessment  uuid.UUID
	Reference           string
	Version             int
	ContentHash         string
	Firm, Regulator     uuid.UUID
	Filed, Acknowledged time.Time
	Seq                 int64 // of the act that acknowledged it
	Origin, Root        string
	Size                int64 // how many acts the checkpoint covers
}

// Text is the receipt, to be signed.
func (r Receipt) Text() string {
	var b strings.Builder
	line := func(name string, value any) { fmt.Fprintf(&b, "%s %v\n", name, value) }
	b.WriteString(heading + "\n")
	line("filing", typeid.New("filing", r.Filing))
	line("assessment", typeid.New("assessment", r.Assessment))
	line("reference", r.Reference)
	line("version", r.Version)
	line("content-hash", r.ContentHash)
	line("firm", typeid.New("stakeholder", r.Firm))
	line("regulator", typeid.New("stakeholder", r.Regulator))
	line("filed", r.Filed.UTC().Format(time.RFC3339Nano))
	line("acknowledged", r.Acknowledged.UTC().Format(time.RFC3339Nano))
	line("act", r.Seq)
	line("log", r.Origin)
	line("checkpoint", fmt.Sprintf("%d %s", r.Size, r.Root))
	return b.String()
}

// IsReceipt tells whether a text is one of a receipt.
func IsReceipt(text string) bool { return strings.HasPrefix(text, heading+"\n") }
