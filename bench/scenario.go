package main

import (
	"encoding/json"
	"math/rand/v2"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/bench/load"
	"github.com/plenary-dialogue/plenary/bench/peer"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// scenario is a request to measure, with the equivalent requests to the peers.
type scenario struct {
	name     string
	peer     string // what the hand-written SQL does for it; everything is compared with that
	query    string
	path     string // of the hand-written SQL
	rows     bool   // also answered from plain rows, with JSON made by hand
	graphile string // the same query for PostGraphile; empty if it does not take part
	vote     bool   // a mutation with a token, on another comment each time
	keyed    bool   // with its own idempotency key
	saves    bool   // a mutation with a token, on another answer each time
	public   bool   // a cacheable public page: by GET except one in a hundred, while something on it changes each second
	proof    bool   // requests proofs; only Plenary can answer
	arrives  bool   // also measured at constant rates
}

const nestedPage = `{ dialogues(first: 10) { nodes { id title state proposals(first: 5) { nodes { id title summary state createdAt ` +
	`comments(first: 5) { nodes { id body stance createdAt tally { agree disagree } author { id name kind } } } } } } } }`

// nestedGraphile omits conditions with "or", which PostGraphile lacks. The data has no rows that they would add.
const nestedGraphile = `{ dialogues: allDialogues(first: 10, orderBy: PRIMARY_KEY_DESC, condition: {state: "OPEN", visibility: "PUBLIC"}) { nodes { ` +
	`id: rowId title state proposals(first: 5, orderBy: PRIMARY_KEY_DESC, condition: {state: "OPEN"}) { nodes { ` +
	`id: rowId title summary state createdAt comments(first: 5, orderBy: PRIMARY_KEY_ASC, condition: {depth: "0", state: "VISIBLE"}) { nodes { ` +
	`id: rowId body stance createdAt tally_agree: agrees tally_disagree: disagrees author { id: rowId name kind } } } } } } } }`

const plainList = `{ proposals(first: 50) { nodes { id title state createdAt } } }`

const listGraphile = `{ proposals: allProposals(first: 50, orderBy: PRIMARY_KEY_DESC, condition: {state: "OPEN"}) { nodes { ` +
	`id: rowId title state createdAt } } }`

const voteOnComment = `mutation ($id: ID!, $choice: VoteChoice!) { voteOnComment(input: {id: $id, choice: $choice}) ` +
	`{ comment { id tally { agree disagree pass } } act { id } userErrors { code message } } }`

const saveAnswer = `mutation ($id: ID!, $answers: [AnswerInput!]!) { answerQuestions(input: {id: $id, answers: $answers}) ` +
	`{ impactAssessment { id revision score { current level } } act { id } appeared vanished userErrors { code message } } }`

const proofScenario = "proofs of an act and of the log"

var scenarios = []scenario{
	{
		name: "nested page", peer: "one SQL statement", query: nestedPage, path: peer.Nested, rows: true, graphile: nestedGraphile,
		arrives: true,
	},
	{
		name: "nested page, public", peer: "one SQL statement", query: nestedPage, path: peer.Nested, graphile: nestedGraphile, public: true,
		arrives: true,
	},
	{name: "plain list", peer: "one SQL statement", query: plainList, path: peer.List, graphile: listGraphile},
	{name: "vote on a comment", peer: "five SQL statements, one transaction", query: voteOnComment, path: peer.Vote, vote: true},
	{
		name: "vote with an idempotency key", peer: "six SQL statements, one transaction", query: voteOnComment, path: peer.Vote, vote: true,
		keyed: true,
	},
	{name: savingScenario, peer: "six SQL statements, one transaction", query: saveAnswer, path: peer.Answer, saves: true},
	{name: proofScenario, proof: true},
}

// on reports whether a scenario is measured on a database: the cache is compared with a second server without one, and
// SQLite allows only one server.
func (s scenario) on(p *postgres) bool { return !s.public || p != nil }

// takes reports whether to measure a scenario on a database.
func (o options) takes(s scenario, p *postgres) bool {
	return o.wants(s.name) && s.on(p) && (!s.saves || o.size.Assessments > 0)
}

var choices = []string{"AGREE", "DISAGREE", "PASS"}

// ours makes the requests to Plenary.
func (s scenario) ours(in *instance) load.Requests {
	d, token := in.data, in.token
	switch {
	case s.proof:
		return askForProofs(in.provable)
	case s.vote:
		return func(int, int) []byte { return s.cast(d.Comments, d.Voter, token) }
	case s.saves:
		return func(client, _ int) []byte { return saveOurs(in.saved.next(client), in.firmToken) }
	case s.public:
		anybody, member := load.Get("/graphql", s.query), load.Post("/graphql", token, body(map[string]any{"query": s.query}))
		return func(int, int) []byte {
			if rand.IntN(100) == 0 {
				return member
			}
			return anybody
		}
	default:
		request := load.Post("/graphql", "", body(map[string]any{"query": s.query}))
		return func(int, int) []byte { return request }
	}
}

// cast makes the request to Plenary for a vote on one of the comments.
func (s scenario) cast(comments []uuid.UUID, voter uuid.UUID, token string) []byte {
	b := s.ballot(comments, voter)
	var header []string
	if b.Key != "" {
		header = []string{"Idempotency-Key: " + b.Key}
	}
	return load.Post("/graphql", token, body(map[string]any{"query": voteOnComment, "variables": map[string]any{
		"id": typeid.New("comment", b.Comment).String(), "choice": b.Choice,
	}}), header...)
}

// theirs makes the requests to the hand-written SQL.
func (s scenario) theirs(in *instance) load.Requests {
	d := in.data
	if s.saves {
		return func(client, _ int) []byte { return load.Post(s.path, "", body(in.saved.next(client))) }
	}
	if !s.vote {
		request := load.Post(s.path, "", []byte("{}"))
		return func(int, int) []byte { return request }
	}
	return func(int, int) []byte { return load.Post(s.path, "", body(s.ballot(d.Comments, d.Voter))) }
}

// ballot picks a random comment, so that clients seldom wait for each other.
func (s scenario) ballot(comments []uuid.UUID, voter uuid.UUID) peer.Ballot {
	b := peer.Ballot{Comment: comments[rand.IntN(len(comments))], Voter: voter, Choice: choices[rand.IntN(len(choices))]}
	if s.keyed {
		b.Key = uuid.NewString()
	}
	return b
}

func body(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // callers pass only strings and ids
	}
	return b
}
