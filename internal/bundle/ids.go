package bundle

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/google/uuid"
)

// idsHeld is how many ids are held in memory before they are sorted and written to a file.
const idsHeld = 1 << 18

// idSize is the length in the file of an id with its sequence number.
const idSize = len(uuid.UUID{}) + 8

// ids finds an id that two acts share, among any number of acts and in little memory.
type ids struct {
	limit int
	held  []idAt
	file  *os.File
	runs  []int64 // where each sorted run ends
}

type idAt struct {
	id  uuid.UUID
	seq int64
}

func compareIDs(a, b idAt) int {
	if c := bytes.Compare(a.id[:], b.id[:]); c != 0 {
		return c
	}
	return cmp.Compare(a.seq, b.seq)
}

func (s *ids) add(id uuid.UUID, seq int64) error {
	if len(s.held) == s.limit {
		if err := s.spill(); err != nil {
			return fmt.Errorf("write ids to a temporary file: %w", err)
		}
	}
	s.held = append(s.held, idAt{id, seq})
	return nil
}

func (s *ids) spill() error {
	if s.file == nil {
		f, err := os.CreateTemp("", "plenary-verify-*")
		if err != nil {
			return err
		}
		s.file = f
	}
	slices.SortFunc(s.held, compareIDs)
	w := bufio.NewWriterSize(s.file, 64<<10)
	var rec [idSize]byte
	for _, h := range s.held {
		copy(rec[:], h.id[:])
		binary.BigEndian.PutUint64(rec[len(h.id):], uint64(h.seq))
		if _, err := w.Write(rec[:]); err != nil {
			return err
		}
	}
	end := int64(len(s.held) * idSize)
	if n := len(s.runs); n > 0 {
		end += s.runs[n-1]
	}
	s.runs = append(s.runs, end)
	s.held = s.held[:0]
	return w.Flush()
}

func (s *ids) close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}

// twice returns two acts with the same id, if there are any.
func (s *ids) twice() (first, second int64, found bool, err error) {
	slices.SortFunc(s.held, compareIDs)
	var all merge
	start := int64(0)
	for _, end := range s.runs {
		all = append(all, &run{r: bufio.NewReaderSize(io.NewSectionReader(s.file, start, end-start), 16<<10)})
		start = end
	}
	all = append(all, &run{held: s.held})
	for i := 0; i < len(all); i++ {
		more, err := all[i].next()
		if err != nil {
			return 0, 0, false, err
		}
		if !more {
			all = slices.Delete(all, i, i+1)
			i--
		}
	}
	heap.Init(&all)
	var last idAt
	for len(all) > 0 {
		if now := all[0].now; last.seq > 0 && now.id == last.id {
			return last.seq, now.seq, true, nil
		}
		last = all[0].now
		more, err := all[0].next()
		if err != nil {
			return 0, 0, false, err
		}
		if more {
			heap.Fix(&all, 0)
		} else {
			heap.Pop(&all)
		}
	}
	return 0, 0, false, nil
}

// run is a sorted sequence of ids, in memory or in the file.
type run struct {
	now  idAt
	held []idAt
	r    io.Reader
}

func (r *run) next() (more bool, err error) {
	if r.r == nil {
		if len(r.held) == 0 {
			return false, nil
		}
		r.now, r.held = r.held[0], r.held[1:]
		return true, nil
	}
	var rec [idSize]byte
	if _, err := io.ReadFull(r.r, rec[:]); errors.Is(err, io.EOF) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("read ids from the temporary file: %w", err)
	}
	copy(r.now.id[:], rec[:])
	r.now.seq = int64(binary.BigEndian.Uint64(rec[len(r.now.id):]))
	return true, nil
}

// merge is a heap of runs, ordered by the next id of each.
type merge []*run

func (m merge) Len() int           { return len(m) }
func (m merge) Less(i, j int) bool { return compareIDs(m[i].now, m[j].now) < 0 }
func (m merge) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }

// Push exists for heap.Interface; runs are only removed.
func (m *merge) Push(x any) { *m = append(*m, x.(*run)) }

// Pop removes the last run.
func (m *merge) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
