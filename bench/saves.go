package main

import (
	"math/rand/v2"

	"github.com/plenary-dialogue/plenary/bench/load"
	"github.com/plenary-dialogue/plenary/bench/peer"
	"github.com/plenary-dialogue/plenary/bench/seed"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

const savingScenario = "answer of an assessment"

// saves knows the revisions of answers, of which each save must name the one that it replaces. Each client has assessments of its own,
// so that no two of them save the same answer at once.
type saves struct {
	data    seed.Data
	clients []map[savedAnswer]int
}

type savedAnswer struct{ assessment, question int }

// mostClients bounds how many clients save at the same time.
const mostClients = 64

func newSaves(d seed.Data) *saves {
	s := &saves{data: d, clients: make([]map[savedAnswer]int, mostClients)}
	for i := range s.clients {
		s.clients[i] = map[savedAnswer]int{}
	}
	return s
}

// next picks a random answer of a client's assessments, and another choice for it.
func (s *saves) next(client int) peer.Saving {
	client %= mostClients
	n := client + mostClients*rand.IntN(len(s.data.Assessments)/mostClients)
	a := s.data.Assessments[n]
	at := savedAnswer{n, rand.IntN(len(a.Choices))}
	revisions := s.clients[client]
	revisions[at]++
	question := a.Choices[at.question]
	options := s.data.Options[question]
	return peer.Saving{
		Assessment: a.ID, Member: s.data.Firm, Firm: s.data.Firm, Question: question, Choice: options[rand.IntN(len(options))], Note: "Looked at again.",
		Expected: revisions[at],
	}
}

// saveOurs makes the request to Plenary.
func saveOurs(s peer.Saving, token string) []byte {
	answer := map[string]any{
		"question": s.Question, "value": map[string]any{"choices": []string{s.Choice}}, "note": s.Note, "expectedRevision": s.Expected,
	}
	return load.Post("/graphql", token, body(map[string]any{"query": saveAnswer, "variables": map[string]any{
		"id": typeid.New("assessment", s.Assessment).String(), "answers": []any{answer},
	}}))
}
