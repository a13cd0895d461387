package decision

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/gowebpki/jcs"
)

// Format is the version of the form of documents, their member v.
const Format = 1

// The scopes of what a rule asks.
const (
	Total     = "TOTAL"      // of the whole
	EachGroup = "EACH_GROUP" // of each group of the electorate
	NGroups   = "N_GROUPS"   // of so many of them
	Groups    = "GROUPS"     // of those that are named
)

// What is counted: members, each as one, or what they weigh.
const (
	Members = "MEMBERS"
	Weight  = "WEIGHT"
)

// The bases: everybody on the roll who is not recused; who gave a paper or is taken to have given one; and whose paper counts.
const (
	Eligible = "ELIGIBLE"
	Cast     = "CAST"
	Counted  = "COUNTED"
)

// What becomes of the share of a node in which nobody belongs to the basis.
const (
	Siblings = "SIBLINGS" // its siblings get it, in proportion to their shares
	Lost     = "LOST"     // nobody gets it
)

// What silence is taken for.
const (
	Absent       = "ABSENT"
	Abstain      = "ABSTAIN"
	WithMajority = "WITH_MAJORITY" // for the choice with the most papers that count, if one has the most
)

// Whether abstentions count.
const (
	Excluded          = "EXCLUDED"
	CountedAbstention = "COUNTED"
)

// When papers show, and to whom.
const (
	AtClose = "AT_CLOSE"
	AtOnce  = "AT_ONCE"
	Open    = "OPEN"
	Secret  = "SECRET"
)

// What an objection that holds does.
const (
	Blocks      = "BLOCKS"
	AnswerFirst = "ANSWER_FIRST"
)

// Document is a rule as it is written, with its defaults filled in.
type Document struct {
	V          int        `json:"v"`
	Key        string     `json:"key"`
	Title      string     `json:"title,omitempty"`
	Source     string     `json:"source,omitempty"` // what it follows, and where that is to be read
	Electorate Electorate `json:"electorate"`
	Ballot     Ballot     `json:"ballot"`
	Quorum     []Test     `json:"quorum"`
	Tests      []Test     `json:"tests"`
	Objections []Test     `json:"objections"`
	AnyOf      [][]string `json:"anyOf,omitempty"` // lists of ids of tests, one of which must hold whole; all tests if there is none
}

// Electorate says who votes, and what the votes of each part weigh.
type Electorate struct {
	Tree       []Node   `json:"tree"`
	Groups     []string `json:"groups"` // paths of nodes
	Per        string   `json:"per"`
	EmptyShare string   `json:"emptyShare"`
}

// Node is a part of the electorate: it has parts itself, or else parties sit in it.
type Node struct {
	Key      string `json:"key"`
	Share    Ratio  `json:"share"` // of the node above it
	Children []Node `json:"children,omitempty"`
	Who      *Who   `json:"who,omitempty"`
}

// Who says which parties sit in a leaf: those that the convenor lists, or those of some kinds in some jurisdictions.
type Who struct {
	Listed        bool
	Kinds         []string // any if none is named
	Jurisdictions []string // any if none is named
}

// listed is how a document says that parties are listed.
const listed = "LISTED"

// MarshalJSON writes the word LISTED, or an object.
func (w Who) MarshalJSON() ([]byte, error) {
	if w.Listed {
		return json.Marshal(listed)
	}
	return json.Marshal(struct {
		Kinds         []string `json:"kinds,omitempty"`
		Jurisdictions []string `json:"jurisdictions,omitempty"`
	}{w.Kinds, w.Jurisdictions})
}

// Ballot says what can be chosen, and how.
type Ballot struct {
	Choices      []string `json:"choices"`
	Abstain      string   `json:"abstain,omitempty"` // the choice that is an abstention
	Abstentions  string   `json:"abstentions"`
	Silence      string   `json:"silence"`
	ReasonsFor   []string `json:"reasonsFor"` // choices that count only with a reason
	Changeable   bool     `json:"changeable"`
	Reveal       string   `json:"reveal"`
	Secrecy      string   `json:"secrecy"`
	SecrecyFloor int      `json:"secrecyFloor,omitempty"` // of a secret ballot: with fewer voters the papers of a leaf stay unopened
	MaxProxies   int      `json:"maxProxies"`             // for how many others a party votes at most
	MinDays      int      `json:"minDays"`                // for how long a ballot is open at least
}

// Test is what a rule asks: a quorum, a test or an objection.
type Test struct {
	ID     string   `json:"id"`
	Scope  string   `json:"scope"`
	Groups []string `json:"groups,omitempty"` // of GROUPS
	N      int      `json:"n,omitempty"`      // of N_GROUPS
	Choice string   `json:"choice,omitempty"` // none in a quorum, which asks who has cast
	Of     string   `json:"of"`
	Base   string   `json:"base,omitempty"` // none in a quorum, which asks of those who are eligible
	Op     string   `json:"op"`
	Ratio  *Ratio   `json:"ratio,omitempty"` // of the base; or else
	Count  *int     `json:"count,omitempty"` // a number
	Effect string   `json:"effect,omitempty"`
}

// canonical is the document as RFC 8785 writes it.
func (d *Document) canonical() ([]byte, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("write the rule: %w", err)
	}
	if b, err = jcs.Transform(b); err != nil {
		return nil, fmt.Errorf("write the rule: %w", err)
	}
	return b, nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
