package main

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/bench/load"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// proofs is how long each proof took to make, without a server.
type proofs struct {
	size                   int64 // of the log
	inclusion, consistency load.Result
}

// provable is what proofs are requested for.
type provable struct {
	acts []string // acts that everybody may see
	from []string // sizes of older checkpoints
}

// proved is how many proofs of each kind are measured.
const proved = 2000

// prove makes proofs for the existing log, checks each, and records what a server can prove.
func (in *instance) prove(ctx context.Context, log *actlog.Log) (p proofs, err error) {
	head, err := log.Checkpoint(ctx, 1<<62)
	if err != nil {
		return p, err
	}
	if head == nil {
		return p, errors.New("the log has no checkpoint")
	}
	p.size = head.Size
	acts, err := in.some(ctx, log, head.Size)
	if err != nil {
		return p, err
	}
	for _, a := range acts {
		began := time.Now()
		proof, err := log.Inclusion(ctx, a.Seq, head)
		if err != nil {
			return p, err
		}
		p.inclusion.Latencies = append(p.inclusion.Latencies, time.Since(began))
		if err := tlog.CheckRecord(proof, head.Size, head.Root, a.Seq-1, tlog.RecordHash(a.Entry[:])); err != nil {
			return p, fmt.Errorf("the proof of act %d: %w", a.Seq, err)
		}
	}
	older, err := olderThan(ctx, log, head)
	if err != nil {
		return p, err
	}
	for range proved {
		c := older[rand.IntN(len(older))]
		began := time.Now()
		proof, err := log.Consistency(ctx, c.Size, head.Size)
		if err != nil {
			return p, err
		}
		p.consistency.Latencies = append(p.consistency.Latencies, time.Since(began))
		if err := tlog.CheckTree(proof, head.Size, head.Root, c.Size, c.Root); err != nil {
			return p, fmt.Errorf("the proof from %d to %d: %w", c.Size, head.Size, err)
		}
	}
	for _, c := range older {
		in.provable.from = append(in.provable.from, strconv.FormatInt(c.Size, 10))
	}
	return p, nil
}

// some returns acts from anywhere in the log, in random order.
func (in *instance) some(ctx context.Context, log *actlog.Log, size int64) ([]*bundle.Act, error) {
	const together = 250
	var acts []*bundle.Act
	for len(acts) < proved {
		few, err := log.Opened(ctx, rand.Int64N(max(1, size-together)), together)
		if err != nil {
			return nil, err
		}
		if len(few) == 0 {
			return nil, fmt.Errorf("a log of %d acts returns none", size)
		}
		for _, a := range few {
			if a.Header.Audience == actlog.ForSubject && a.Header.Type == "comment.voted" {
				in.provable.acts = append(in.provable.acts, typeid.New("act", a.Header.ID).String())
			}
		}
		acts = append(acts, few...)
	}
	rand.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	return acts[:proved], nil
}

// olderThan returns checkpoints that were signed before another.
func olderThan(ctx context.Context, log *actlog.Log, head *actlog.Checkpoint) (older []*actlog.Checkpoint, err error) {
	for size := head.Size - 1; len(older) < parts; {
		c, err := log.Checkpoint(ctx, size)
		if err != nil {
			return nil, err
		}
		if c == nil {
			break
		}
		older = append(older, c)
		size = c.Size - 1
	}
	if len(older) == 0 {
		return nil, fmt.Errorf("no checkpoint is older than the one of %d acts", head.Size)
	}
	return older, nil
}

// askForProofs requests the proof of an act, and the consistency proof since a checkpoint.
func askForProofs(p provable) load.Requests {
	return func(int, int) []byte { return load.Post("/graphql", "", p.question("seq hashes")) }
}

func (p provable) question(inclusion string) []byte {
	return body(map[string]any{
		"query": `query ($act: ID!, $from: String!) { actLog { entry(act: $act) { entry } inclusionProof(act: $act) { ` + inclusion +
			` } consistencyProof(from: $from) { from to hashes } } }`,
		"variables": map[string]any{"act": p.acts[rand.IntN(len(p.acts))], "from": p.from[rand.IntN(len(p.from))]},
	})
}

// check requests the proofs of some acts from a server and verifies them.
func (p provable) check(ctx context.Context, addr string) error {
	for range 20 {
		answer, err := load.Once(ctx, addr, load.Post("/graphql", "", p.question("seq hashes checkpoint { size root }")))
		if err != nil {
			return err
		}
		if err := proves(answer); err != nil {
			return fmt.Errorf("%w: %.500s", err, answer)
		}
	}
	return nil
}

// proves checks the response of a server as a client would.
func proves(answer []byte) error {
	var got struct {
		Data struct {
			ActLog struct {
				Entry          struct{ Entry string }
				InclusionProof struct {
					Seq        int64 `json:",string"`
					Hashes     []string
					Checkpoint struct {
						Size int64 `json:",string"`
						Root string
					}
				}
				ConsistencyProof struct{ Hashes []string }
			}
		}
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return err
	}
	log := got.Data.ActLog
	entry, err := hex.DecodeString(log.Entry.Entry)
	if err != nil {
		return fmt.Errorf("the entry: %w", err)
	}
	hashes, err := decoded(append(log.InclusionProof.Hashes, log.InclusionProof.Checkpoint.Root))
	if err != nil {
		return err
	}
	if len(entry) == 0 || len(log.ConsistencyProof.Hashes) == 0 {
		return errors.New("the response lacks the entry or the consistency proof")
	}
	last := len(hashes) - 1
	return tlog.CheckRecord(hashes[:last], log.InclusionProof.Checkpoint.Size, hashes[last], log.InclusionProof.Seq-1, tlog.RecordHash(entry))
}

func decoded(texts []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(texts))
	for i, text := range texts {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("a hash: %w", err)
		}
		if len(b) != tlog.HashSize {
			return nil, fmt.Errorf("%q is not a hash", text)
		}
		hashes[i] = tlog.Hash(b)
	}
	return hashes, nil
}

// sequenceAndProve adds acts to the log of a server in this process, and measures that and the proofs.
func (in *instance) sequenceAndProve(ctx context.Context, a *app.App) (err error) {
	if in.sequenced, err = in.sequence(ctx, a, in.acts); err != nil {
		return err
	}
	progress("sequenced %d acts", in.sequenced.acts)
	in.proofs, err = in.prove(ctx, a.Log)
	return err
}
