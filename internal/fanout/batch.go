package fanout

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/keys"
)

// maxAge bounds how old a batch may be, or how far ahead its clock may be. The acts of an older batch may be missing from
// a database that has since been restored from a backup.
const maxAge = 10 * time.Second

var errStale = errors.New("the batch is too old, or from the future")

// sealer turns acts into messages and back.
type sealer struct {
	key     keys.Key
	subject string
	clock   clock.Clock
}

// message is the content of a batch: for each act the columns that the log reads, in their order. It has neither the payload
// nor what is sealed in the database.
type message struct {
	At   time.Time
	Acts [][]json.RawMessage
}

// context binds a message to its log and to releases that read the same columns.
func (s sealer) context() string {
	return "broker " + s.subject + " " + strings.Join(actlog.Table.Columns, ",")
}

func (s sealer) seal(acts []*db.Act) ([]byte, error) {
	m := message{At: s.clock.Now(), Acts: make([][]json.RawMessage, len(acts))}
	for i, a := range acts {
		for _, column := range actlog.Table.Dest(a) {
			text, err := json.Marshal(column)
			if err != nil {
				return nil, fmt.Errorf("write act %d for the broker: %w", a.ID, err)
			}
			m.Acts[i] = append(m.Acts[i], text)
		}
	}
	plain, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write acts for the broker: %w", err)
	}
	return s.key.Seal(s.context(), plain), nil
}

func (s sealer) open(sealed []byte) ([]*db.Act, error) {
	plain, err := s.key.Open(s.context(), sealed)
	if err != nil {
		return nil, err
	}
	var m message
	if err := json.Unmarshal(plain, &m); err != nil {
		return nil, fmt.Errorf("read acts from the broker: %w", err)
	}
	if age := s.clock.Now().Sub(m.At); age > maxAge || age < -maxAge {
		return nil, errStale
	}
	acts := make([]*db.Act, len(m.Acts))
	for i, row := range m.Acts {
		acts[i] = new(db.Act)
		columns := actlog.Table.Dest(acts[i])
		if len(row) != len(columns) {
			return nil, fmt.Errorf("an act from the broker has %d columns, want %d", len(row), len(columns))
		}
		for j, column := range columns {
			if err := json.Unmarshal(row[j], column); err != nil {
				return nil, fmt.Errorf("read %s from the broker: %w", actlog.Table.Columns[j], err)
			}
		}
	}
	return acts, nil
}
