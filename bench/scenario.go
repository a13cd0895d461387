package main

import (
	"encoding/json"
	"math/rand/v2"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/bench/load"
	"github.com/plenary-dialogue/plenary/bench/peer"
	"github.com/plenary-dialogue/plenary/bench/seed"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// scenario is a request to measure, and the one of the peer that does the same.
type scenario struct {
	name  string
	peer  string // what the peer does for it
	query string
	path  string // of the peer
	vote  bool   // changes something, by a token, another comment each time
	keyed bool   // and under an idempotency key of its own
	grows bool   // is measured on the larger database as well
}

const nestedPage = `{ dialogues(first: 10) { nodes { id title state proposals(first: 5) { nodes { id title summary state createdAt ` +
	`comments(first: 5) { nodes { id body stance createdAt tally { agree disagree } author { id name kind } } } } } } } }`

const plainList = `{ proposals(first: 50) { nodes { id title state createdAt } } }`

const voteOnComment = `mutation ($id: ID!, $choice: VoteChoice!) { voteOnComment(input: {id: $id, choice: $choice}) ` +
	`{ comment { id tally { agree disagree pass } } act { id } userErrors { code message } } }`

var scenarios = []scenario{
	{name: "nested page", peer: "one SQL statement", query: nestedPage, path: peer.Nested, grows: true},
	{name: "plain list", peer: "one SQL statement", query: plainList, path: peer.List, grows: true},
	{name: "vote on a comment", peer: "five SQL statements, one transaction", query: voteOnComment, path: peer.Vote, vote: true},
	{
		name: "vote with an idempotency key", peer: "six SQL statements, one transaction", query: voteOnComment, path: peer.Vote, vote: true,
		keyed: true,
	},
}

var choices = []string{"AGREE", "DISAGREE", "PASS"}

// ours makes the requests to Plenary.
func (s scenario) ours(d seed.Data, token string) load.Requests {
	if !s.vote {
		request := load.Post("/graphql", "", body(map[string]any{"query": s.query}))
		return func(int, int) []byte { return request }
	}
	return func(int, int) []byte {
		b := s.ballot(d)
		var header []string
		if b.Key != "" {
			header = []string{"Idempotency-Key: " + b.Key}
		}
		return load.Post("/graphql", token, body(map[string]any{"query": s.query, "variables": map[string]any{
			"id": typeid.New("comment", b.Comment).String(), "choice": b.Choice,
		}}), header...)
	}
}

// theirs makes the requests to the peer.
func (s scenario) theirs(d seed.Data) load.Requests {
	if !s.vote {
		request := load.Post(s.path, "", []byte("{}"))
		return func(int, int) []byte { return request }
	}
	return func(int, int) []byte { return load.Post(s.path, "", body(s.ballot(d))) }
}

// ballot picks any comment, so that clients seldom wait for each other's.
func (s scenario) ballot(d seed.Data) peer.Ballot {
	b := peer.Ballot{Comment: d.Comments[rand.IntN(len(d.Comments))], Voter: d.Voter, Choice: choices[rand.IntN(len(choices))]}
	if s.keyed {
		b.Key = uuid.NewString()
	}
	return b
}

func body(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only strings and ids get here
	}
	return b
}
