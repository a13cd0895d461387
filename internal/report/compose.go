package report

import (
	"slices"
	"strconv"
	"strings"
)

// compose makes the blocks that people read of a document. What it says of the file itself is up to the format.
func compose(m *making) []block {
	d := m.document
	c := &composer{language: d.Language}
	c.about(m)
	switch {
	case d.isEmpty():
		c.title(2, "content")
		c.sentence("emptyReport")
		if d.Consultation != nil {
			c.topic(d.Consultation.About)
		}
	case d.Assessment != nil:
		c.assessment(d.Assessment)
	case d.Portfolio != nil:
		c.portfolio(d.Portfolio)
	case d.Consultation != nil:
		c.consultation(d.Consultation)
	case d.Diff != nil:
		c.diff(d.Diff)
	}
	if len(c.parties) > 0 {
		c.title(2, "parties")
		c.grid("parties", c.parties)
	}
	return c.blocks
}

// about says which report this is and how to check it.
func (c *composer) about(m *making) {
	d := m.document
	c.head(1, theirs(d.Title, ""))
	c.add(block{kind: aside, facts: []fact{
		{label(c.language, "type"), []span{{text: word(c.language, "Type", string(d.Type))}}},
		{label(c.language, "audience"), []span{{text: word(c.language, "Audience", string(d.Audience))}}},
	}})
	c.title(2, "thisReport")
	schema, language := strconv.Itoa(SchemaVersion), d.Language
	facts := []fact{
		{label(c.language, "scope"), []span{theirs(d.Scope.Text, "")}},
		{label(c.language, "ids"), []span{theirs(strings.Join(d.Scope.IDs, ", "), "")}},
		{label(c.language, "asOf"), []span{{text: say(c.language, "act") + " " + strconv.FormatInt(int64(d.AsOf.Seq), 10) + ", " + clockTime(d.AsOf.Time)}}},
		{label(c.language, "checkpoint"), []span{theirs(d.AsOf.Checkpoint.Origin, ""), {text: ", " + say(c.language, "size") + " " +
			strconv.FormatInt(int64(d.AsOf.Checkpoint.Size), 10) + ", " + say(c.language, "root") + " "}, theirs(d.AsOf.Checkpoint.Root, "")}},
		{label(c.language, "checkpointNote"), []span{theirs(d.AsOf.Checkpoint.Note, "")}},
		{label(c.language, "id"), []span{theirs(d.ID, "")}},
		{label(c.language, "language"), []span{theirs(language, "")}},
		{label(c.language, "schemaVersion"), []span{{text: schema}}},
		{label(c.language, "documentHash"), []span{{text: m.hash}}},
	}
	if m.options.Address != "" {
		facts = append(facts, fact{label(c.language, "verifyAt"), []span{theirs(m.options.Address+".sig", "")}})
	}
	facts = slices.DeleteFunc(facts, func(f fact) bool { return plain(f.value) == "" })
	c.add(block{kind: listing, facts: facts})
	c.grid("remade", d.Remade)
}

func (c *composer) assessment(a *Assessment) {
	c.title(2, "assessment")
	c.listing(a, "score", "progress")
	c.score(&a.Score)
	if len(a.MissingToPublish) > 0 {
		c.title(2, "missingToPublish")
		c.grid("missingToPublish", a.MissingToPublish)
	}
	c.obligations(a.Obligations)
	c.title(2, "answers")
	c.aside(0, a.Progress)
	for _, s := range a.Sections {
		c.section(s)
	}
	c.unplaced(a.Unplaced)
	if len(a.Risks) > 0 {
		c.title(2, "risks")
	}
	for _, r := range a.Risks {
		c.risk(r)
	}
	c.opinions(a.Opinions, questionTitles(a.Sections))
	c.signing(a)
	c.tables("redactions", a.Redactions, "staleBecause", a.StaleBecause, "versions", a.Versions, "filings", a.Filings)
	c.comments(a.Comments, nil)
}

// tables adds tables under headings of their own: pairs of a name and a list. What has no rows is left out.
func (c *composer) tables(pairs ...any) {
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		at := len(c.blocks)
		c.title(2, name)
		if c.grid(name, pairs[i+1]); len(c.blocks) == at+1 {
			c.blocks = c.blocks[:at]
		}
	}
}

func (c *composer) score(s *Score) {
	c.title(2, "score")
	c.add(block{kind: bars, chart: c.scoreChart(s)})
	c.listing(s, "cheapestMitigation")
	c.grid("byPrinciple", s.ByPrinciple)
	if s.Cheapest != nil {
		c.title(3, "cheapestMitigation")
		c.aside(0, s.Cheapest)
		c.grid("steps", s.Cheapest.Steps)
	}
	c.grid("byQuestion", s.ByQuestion)
}

// scoreChart shows the totals beside the most that they can be.
func (c *composer) scoreChart(s *Score) *chart {
	ch := &chart{title: label(c.language, "score")}
	add := func(name string, value, of int) {
		b := bar{label(c.language, name), value, of, strconv.Itoa(value) + " / " + strconv.Itoa(of)}
		ch.bars = append(ch.bars, b)
	}
	add("raw", s.Raw, s.RawMax)
	add("mitigation", s.Mitigation, s.MitigationMax)
	add("current", s.Current, s.RawMax)
	level := s.NoLevel
	if s.Level != "" {
		level = label(c.language, "level") + " " + word(c.language, "ImpactLevel", string(s.Level))
	}
	var parts []string
	for _, b := range ch.bars {
		parts = append(parts, b.label+" "+b.note)
	}
	ch.text = strings.Join(parts, "; ") + "; " + level
	return ch
}

func (c *composer) obligations(all []Obligation) {
	if len(all) > 0 {
		c.title(2, "obligations")
		c.grid("obligations", all)
	}
}

func (c *composer) section(s Section) {
	c.head(3, c.words(s.Title)...)
	c.aside(0, s, "title", "intro")
	c.help(s.Intro)
	for _, q := range s.Questions {
		c.question(q)
	}
}

func (c *composer) question(q Question) {
	c.head(4, c.words(q.Title)...)
	c.aside(0, q, "title", "help", "answer", "whyHidden")
	c.help(q.Help)
	c.said(0, "whyHidden", q.WhyHidden, "")
	a := q.Answer
	if a == nil {
		c.sentence("notAnswered")
		return
	}
	var facts []fact
	if a.Value != nil {
		facts = append(facts, fact{label(c.language, "value"), c.value(*a.Value)})
	}
	facts = append(facts, c.factsOf("", valueOf(a), []string{"value", "author", "revision", "answeredAt"})...)
	if len(facts) > 0 {
		c.add(block{kind: listing, facts: facts})
	}
	c.aside(0, a, "value", "note", "withheld")
	c.grid("evidence", a.Evidence)
}

func (c *composer) unplaced(all []Unplaced) {
	if len(all) > 0 {
		c.title(3, "unplaced")
		c.grid("unplaced", all)
	}
}

func (c *composer) risk(r Risk) {
	c.head(3, span{text: strconv.Itoa(r.Number) + ". "}, c.orWithheld(r.Title))
	c.said(0, "description", r.Description, "")
	c.listing(r, "number", "title", "description", "id")
	c.grid("ratings", r.Ratings)
	for _, m := range r.Mitigations {
		c.head(4, c.own("mitigationPlan"), span{text: " " + strconv.Itoa(r.Number) + "." + strconv.Itoa(m.Number) + colon(c.language) + " "}, c.orWithheld(m.Title))
		c.said(0, "description", m.Description, "")
		c.aside(0, m, "number", "title", "description")
		c.grid("history", m.History)
	}
	c.aside(0, struct {
		ID string `json:"id"`
	}{r.ID})
}

func (c *composer) orWithheld(title string) span {
	if title == "" {
		return span{text: say(c.language, "titleWithheld")}
	}
	return theirs(title, "")
}

// questionTitles are the questions by their keys.
func questionTitles(all []Section) map[string]Text {
	titles := map[string]Text{}
	for _, s := range all {
		for _, q := range s.Questions {
			titles[q.Key] = q.Title
		}
	}
	return titles
}

// opinions are told by what they are about, in the order in which that came up first.
func (c *composer) opinions(all []Opinion, titles map[string]Text) {
	if len(all) == 0 {
		return
	}
	c.title(2, "opinions")
	var topics []string
	by := map[string][]Opinion{}
	for _, o := range all {
		topic := topicOf(o)
		if by[topic] == nil {
			topics = append(topics, topic)
		}
		by[topic] = append(by[topic], o)
	}
	for _, topic := range topics {
		c.opinionTopic(by[topic][0], titles)
		for _, o := range by[topic] {
			told := "question" // in the heading
			if o.Risk != nil {
				told = "risk"
			}
			c.aside(0, o, told, "text", "reply")
			c.said(1, "text", o.Text, "")
			c.said(1, "reply", o.Reply, "")
		}
	}
}

func topicOf(o Opinion) string {
	if o.Risk != nil {
		return "risk " + strconv.Itoa(*o.Risk)
	}
	return "question " + o.Question
}

func (c *composer) opinionTopic(o Opinion, titles map[string]Text) {
	if o.Risk != nil {
		c.head(3, c.own("risk"), span{text: " " + strconv.Itoa(*o.Risk)})
		return
	}
	title, ok := titles[o.Question]
	if !ok {
		c.head(3, c.own("question"), span{text: " "}, theirs(o.Question, ""))
		return
	}
	c.head(3, append(c.words(title), span{text: " ["}, theirs(o.Question, ""), span{text: "]"})...)
}

func (c *composer) signing(a *Assessment) {
	if len(a.Signers)+len(a.SignOffs)+len(a.SignOffsNeeded) == 0 {
		return
	}
	c.title(2, "signOffs")
	c.grid("signOffsNeeded", a.SignOffsNeeded)
	c.grid("signers", a.Signers)
	c.grid("signOffs", a.SignOffs)
}

// comments are told in reading order, replies further in. Where they are on several subjects, each has its heading.
func (c *composer) comments(all []Comment, subjects map[string]span) {
	if len(all) == 0 {
		return
	}
	c.title(2, "comments")
	several := slices.ContainsFunc(all, func(o Comment) bool { return o.About != all[0].About })
	for i, o := range all {
		if subject, ok := subjects[o.About]; ok && several && (i == 0 || all[i-1].About != o.About) {
			c.head(3, subject)
		}
		in := min(max(o.Depth, 0), 3)
		c.aside(in, o, "body", "quote", "stateReason")
		if o.Quote != nil {
			c.said(in, "quote", o.Quote.Text, "")
			c.aside(in, o.Quote, "text")
		}
		c.said(in, "body", o.Body, o.Language)
		c.said(in, "stateReason", o.StateReason, "")
		c.grid("byChamber", o.ByChamber)
		c.grid("versions", o.Versions)
	}
}

func (c *composer) portfolio(p *Portfolio) {
	if p.Call != nil {
		c.title(2, "call")
		c.listing(p.Call)
		c.grid("firms", p.Call.Firms)
	}
	c.title(2, "figures")
	c.total("assessments", p.Total)
	if len(p.ByLevel) > 0 {
		c.add(block{kind: bars, chart: c.levelChart(p)})
	}
	c.counts("byLevel", p.ByLevel, "ImpactLevel")
	c.counts("byState", p.ByState, "ImpactAssessmentState")
	c.counts("byTemplate", p.ByTemplate, "")
	c.counts("byFirm", p.ByFirm, "")
	c.title(2, "assessments")
	if len(p.Assessments) == 0 {
		c.sentence("noAssessments")
	}
	for _, a := range p.Assessments {
		c.head(3, theirs(strings.TrimSpace(a.Reference+" "+a.Title), ""))
		c.aside(0, a, "reference", "title", "stateReason")
		c.said(0, "stateReason", a.StateReason, "")
	}
	c.outcomes(p.OfficialResponses, p.Commitments)
}

// outcomes tells what was answered to proposals, and what became of those that were adopted.
func (c *composer) outcomes(responses []OfficialResponse, commitments []Commitment) {
	if len(responses) > 0 {
		c.title(2, "officialResponses")
	}
	for _, r := range responses {
		c.head(3, theirs(strings.TrimSpace(r.Reference+" "+r.Title), r.Language))
		c.aside(0, r, "reference", "title", "text")
		c.said(0, "text", r.Text, "")
	}
	if len(commitments) > 0 {
		c.title(2, "commitments")
	}
	for _, o := range commitments {
		c.head(3, theirs(strings.TrimSpace(o.Reference+" "+o.Title), o.Language))
		c.aside(0, o, "reference", "title", "statusReason")
		c.said(0, "statusReason", o.StatusReason, "")
		c.grid("milestones", o.Milestones)
	}
}

// total is how many there are of something.
func (c *composer) total(name string, n int) {
	c.add(block{kind: listing, facts: []fact{{label(c.language, name), []span{{text: strconv.Itoa(n)}}}}})
}

// counts is a table of counts, whose keys may be words of a list.
func (c *composer) counts(name string, all []Count, list string) {
	told := slices.Clone(all)
	for i := range told {
		if list != "" && told[i].Key != "" && told[i].Name == "" {
			told[i].Name = word(c.language, list, told[i].Key)
		}
	}
	c.grid(name, told)
}

func (c *composer) levelChart(p *Portfolio) *chart {
	ch := &chart{title: label(c.language, "byLevel")}
	var parts []string
	for _, n := range p.ByLevel {
		name := say(c.language, "noLevel")
		if n.Key != "" {
			name = label(c.language, "level") + " " + word(c.language, "ImpactLevel", n.Key)
		}
		ch.bars = append(ch.bars, bar{name, n.Count, p.Total, strconv.Itoa(n.Count) + " / " + strconv.Itoa(p.Total)})
		parts = append(parts, name+colon(c.language)+" "+strconv.Itoa(n.Count))
	}
	ch.text = strings.Join(parts, "; ")
	return ch
}

func (c *composer) consultation(o *Consultation) {
	c.title(2, "about")
	c.topic(o.About)
	c.listing(o, "about", "total")
	c.total("contributions", o.Total)
	if len(o.ByQuestion) > 0 {
		c.title(2, "byQuestion")
		c.grid("opinionCounts", o.ByQuestion)
	}
	titles := map[string]Text{}
	for _, n := range o.ByQuestion {
		if n.Title != nil {
			titles[n.Question] = *n.Title
		}
	}
	c.opinions(o.Opinions, titles)
	c.tables("phases", o.Phases)
	if len(o.Outcomes) > 0 {
		c.title(2, "outcomes")
	}
	for _, one := range o.Outcomes {
		c.aside(0, one, "text")
		c.said(0, "outcome", one.Text, "")
	}
	if len(o.Proposals) > 0 {
		c.title(2, "proposals")
	}
	for _, p := range o.Proposals {
		c.head(3, theirs(p.Title, p.Language))
		c.aside(0, p, "title", "summary", "body", "stateReason")
		c.said(0, "summary", p.Summary, p.Language)
		c.said(0, "body", p.Body, p.Language)
		c.said(0, "stateReason", p.StateReason, "")
	}
	c.outcomes(o.OfficialResponses, o.Commitments)
	subjects := map[string]span{o.About.ID: theirs(o.About.Title, "")}
	for _, p := range o.Proposals {
		subjects[p.ID] = theirs(strings.TrimSpace(p.Reference+" "+p.Title), p.Language)
	}
	c.comments(o.Comments, subjects)
}

// topic says what everybody was consulted on. Its state is a word of one of two lists.
func (c *composer) topic(t Topic) {
	list := "DialogueState"
	if t.Type == SubjectAssessment {
		list = "ImpactAssessmentState"
	}
	t.State = word(c.language, list, t.State)
	c.listing(t)
}

func (c *composer) diff(d *Diff) {
	c.title(2, "versions")
	c.listing(d, "score")
	c.title(2, "score")
	c.listing(d.Score)
	c.grid("lines", d.Score.Lines)
	c.tables("questionsAdded", d.QuestionsAdded, "questionsRemoved", d.QuestionsRemoved, "questionsChanged", d.QuestionsChanged)
	if len(d.Answers) > 0 {
		c.title(2, "answers")
	}
	for _, a := range d.Answers {
		c.head(3, c.words(a.Title)...)
		c.listing(a, "title")
	}
	if len(d.Risks) > 0 {
		c.title(2, "risks")
	}
	for _, r := range d.Risks {
		c.head(3, c.own("risk"), span{text: " " + strconv.Itoa(r.Number)})
		c.riskSide("from", r.From)
		c.riskSide("to", r.To)
	}
}

func (c *composer) riskSide(name string, r *RiskContent) {
	c.title(4, name)
	if r == nil {
		c.sentence("notThere")
		return
	}
	c.listing(r)
	c.grid("mitigations", r.Mitigations)
}
