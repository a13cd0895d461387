package assessment

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Answer is an answer to a question of the template.
type Answer struct {
	Question string `json:"question"`
	Value    string `json:"value"`
	Note     string `json:"note"`
}

// Risk is something that could go wrong.
type Risk struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Likelihood  int    `json:"likelihood"` // 1 to 4
	Severity    int    `json:"severity"`   // 1 to 4
	Treatment   string `json:"treatment"`  // AVOID, MITIGATE, TRANSFER, ACCEPT
	Mitigation  string `json:"mitigation"`
}

// Content is what an assessment says.
type Content struct {
	Title           string   `json:"title"`
	TemplateKey     string   `json:"templateKey"`
	TemplateVersion string   `json:"templateVersion"`
	Answers         []Answer `json:"answers"`
	Risks           []Risk   `json:"risks"`
}

// Check gives the content normalised, or says which field is wrong.
func (c Content) Check() (Content, error) {
	var err error
	if c.Title, err = fault.Line("title", c.Title, 200); err != nil {
		return c, err
	}
	if c.TemplateKey, err = fault.Line("templateKey", c.TemplateKey, 100); err != nil {
		return c, err
	}
	if c.TemplateVersion, err = fault.Line("templateVersion", c.TemplateVersion, 50); err != nil {
		return c, err
	}
	if err := checkAnswers(c.Answers); err != nil {
		return c, err
	}
	return c, checkRisks(c.Risks)
}

func checkAnswers(answers []Answer) error {
	if len(answers) > 250 {
		return fault.InvalidField("answers", "give at most 250 answers")
	}
	seen := map[string]bool{}
	for i, a := range answers {
		at := func(name string) string { return fmt.Sprintf("answers.%d.%s", i, name) }
		if _, err := fault.Line(at("question"), a.Question, 200); err != nil {
			return err
		}
		if seen[a.Question] {
			return fault.InvalidField(at("question"), "this question is answered twice")
		}
		seen[a.Question] = true
		if _, err := fault.OptionalText(at("value"), a.Value, 20_000); err != nil {
			return err
		}
		if _, err := fault.OptionalText(at("note"), a.Note, 20_000); err != nil {
			return err
		}
	}
	return nil
}

func checkRisks(risks []Risk) error {
	if len(risks) > 250 {
		return fault.InvalidField("risks", "give at most 250 risks")
	}
	for i, r := range risks {
		at := func(name string) string { return fmt.Sprintf("risks.%d.%s", i, name) }
		if _, err := fault.Line(at("title"), r.Title, 200); err != nil {
			return err
		}
		if _, err := fault.OptionalText(at("description"), r.Description, 10_000); err != nil {
			return err
		}
		if _, err := fault.OptionalText(at("mitigation"), r.Mitigation, 10_000); err != nil {
			return err
		}
		if r.Likelihood < 1 || r.Likelihood > 4 {
			return fault.InvalidField(at("likelihood"), "give a number from 1 to 4")
		}
		if r.Severity < 1 || r.Severity > 4 {
			return fault.InvalidField(at("severity"), "give a number from 1 to 4")
		}
	}
	return nil
}

// Hash is SHA-256 over the content's texts and numbers in the order of the types above, each after its length in eight
// bytes and each list after its count, so that nothing can move from one field to the next without changing the hash.
// docs/hashes.md describes it for other implementations.
func (c Content) Hash() string {
	h := sha256.New()
	put := func(texts ...string) {
		for _, s := range texts {
			var n [8]byte
			binary.BigEndian.PutUint64(n[:], uint64(len(s)))
			h.Write(n[:])
			h.Write([]byte(s))
		}
	}
	put(c.Title, c.TemplateKey, c.TemplateVersion, strconv.Itoa(len(c.Answers)))
	for _, a := range c.Answers {
		put(a.Question, a.Value, a.Note)
	}
	put(strconv.Itoa(len(c.Risks)))
	for _, r := range c.Risks {
		put(r.Title, r.Description, strconv.Itoa(r.Likelihood), strconv.Itoa(r.Severity), r.Treatment, r.Mitigation)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Ready says whether a draft may be submitted: it must answer at least one question.
func (c Content) Ready() error {
	if len(c.Answers) == 0 {
		return fault.New(fault.State, "answer at least one question before you submit the assessment")
	}
	return nil
}
