package story_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/template"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// sizes are the page sizes of dialogues, of proposals in each and of comments on each.
var sizes = [][3]int{{1, 1, 1}, {2, 2, 2}, {5, 5, 5}, {20, 2, 1}, {2, 20, 1}, {1, 2, 20}}

// counted are queries with the number of statements they take for any page sizes: one for each level that is read, and for
// viewerCan those that find the facts. $a, $b and $c are the page sizes.
var counted = []struct {
	rule              string
	query             string
	visitor, signedIn int
}{
	{"one level", `{dialogues(first: $a){nodes{id title state}}}`, 1, 1},
	{"a count is one more", `{dialogues(first: $a){totalCount nodes{id}}}`, 2, 2},
	{"a count alone", `{dialogues{totalCount}}`, 2, 2},
	{"edges are nodes", `{dialogues(first: $a){edges{cursor node{id proposals(first: $b){edges{node{id}}}}} pageInfo{endCursor hasNextPage}}}`, 2, 2},
	{
		"the nested page",
		`{dialogues(first: $a){nodes{title proposals(first: $b){nodes{title comments(first: $c){nodes{body author{id name}}}}}}}}`, 4, 4,
	},
	{
		"with counts",
		`{dialogues(first: $a){totalCount nodes{proposals(first: $b){totalCount nodes{comments(first: $c){totalCount nodes{body}}}}}}}`, 6, 6,
	},
	{
		"with what the viewer can do",
		`{dialogues(first: $a){nodes{viewerCan{action allowed} proposals(first: $b){nodes{viewerCan{action allowed}
			comments(first: $c){nodes{viewerCan{allowed} author{viewerCan{allowed}}}}}}}}}`, 4 + 2 + 2 + 3, 4 + 3 + 4 + 4 + 1, // of proposals, the viewer's part in them; the last: who has voted on comments and answered them
	},
	{
		"what is below comments, whether they are shown or not",
		`{dialogues(first: $a){nodes{comments(first: $c){edges{node{body} thread(first: $c){edges{depth node{body author{name}}}}}}}}}`, 4, 4,
	},
	{
		"what became of comments",
		`{dialogues(first: $a){nodes{responseRate{answered total} missingToClose{code} comments(first: $c){nodes{awaitsDisposition
			disposition{reason by{name} version{number}} dispositions(first: $b){nodes{outcome}}}}}}}`, 1 + 4 + 2 + 3, 1 + 4 + 2 + 3, // what is missing to close is asked of comments, of ballots and of syntheses
	},
	{
		"how comments were moderated",
		`{dialogues(first: $a){nodes{moderationLog(first: $b){nodes{reason}} comments(first: $c){nodes{hiding{reason} reports(first: $b){nodes{reason}}
			translations(first: $b){nodes{body}}}}}}}`, 1 + 2 + 3, 1 + 2 + 3,
	},
	{"what is unread", `{dialogues(first: $a){nodes{unread{since comments proposals outcomes}}}}`, 1, 2},
	{"with the viewer's votes", `{dialogues(first: $a){nodes{comments(first: $c){nodes{viewerVote tally{total}}}}}}`, 2, 3},
	{
		"all that a dialogue has",
		`{dialogues(first: $a){nodes{convenor{name} phases{kind} phase{kind} invited(first: $b){nodes{name}} practices{title firm{name}}
			proposals(first: $b){nodes{author{name} dialogue{title} practices{title} versions(first: $c){nodes{editor{name}}}}}}}}`,
		1 + 6 + 1 + 4 + 1, 1 + 6 + 1 + 4 + 1,
	},
	{"what changed between versions", `{dialogues(first: $a){nodes{proposals(first: $b){nodes{diff(from: 1, to: 1){op text}}}}}}`, 3, 3},
	{"groups of comments", `{dialogues(first: $a){nodes{comments(first: $c){nodes{group{size texts(first: 3){count hunks{op}}}}}}}}`, 5, 5},
	{
		"fragments",
		`query{dialogues(first: $a){...D}} fragment D on DialogueConnection{nodes{...T proposals(first: $b){nodes{...P ...P}}}} fragment T on Node{id}
			fragment P on Proposal{title comments(first: $c){nodes{... on Comment{author{...on Customer{name} ...on Firm{name legalName}}}}}}`, 4, 4,
	},
	{
		"aliases are lists of their own",
		`{x: dialogues(first: $a){nodes{p: proposals(first: $b){nodes{title}} q: proposals(last: $b){nodes{author{name}}}}}}`, 4, 4,
	},
	{
		"the same fragment under two aliases",
		`query{x: dialogues(first: $a){nodes{...F}} y: dialogues(last: $a){nodes{...F}}}
			fragment F on Dialogue{proposals(first: $b){nodes{comments(first: $c){nodes{author{name}}}}}}`, 8, 8,
	},
	{
		"skipped fields are not read",
		`{dialogues(first: $a){nodes{title proposals(first: $b) @skip(if: true){nodes{title}} comments(first: $c) @include(if: true){nodes{body}}}}}`, 2, 2,
	},
	{
		"from comments upwards",
		`{proposals(first: $b){nodes{comments(first: $c){nodes{subject{...on Proposal{title dialogue{title convenor{name}}}} author{name}
			replies(first: $a){nodes{parent{body} author{name}}}}}}}}`, 2 + 4 + 3, 2 + 4 + 3,
	},
	{
		"practices and their assessments",
		`{practices(first: $a){nodes{firm{name practices(first: $b){nodes{title}}} impactAssessments(first: $b){nodes{title subjectVersion firm{name}
			practice{title} comments(first: $c){nodes{body}}}} dialogues(first: $b){nodes{title}}}}}`, 1 + 2 + 4 + 1, 1 + 2 + 4 + 1,
	},
	{
		"work that is assigned", // the visitor sees none
		`{assignments(first: $a){nodes{part assignee{id} by{id} history{type} subject{... on ImpactAssessment{title assignments(first: $b){nodes{assignee{id} viewerCan{allowed}}}}}}}}`,
		1, 1 + 2 + 1 + 1 + 1 + 1,
	},
	{
		"risks, how they are rated, and what is done about them",
		`{impactAssessments(first: $a){nodes{risks(first: $b){nodes{title inherent{level} residual{level} ratings{n} viewerRating{likelihood} acceptedUntil acceptedBy{id}
			mitigations(first: $c){nodes{title owner{id}}}}}}}}`, 8, 8 + 2 + 3, // of which the whole is read
	},
	{
		"what can be done about risks",
		`{impactAssessments(first: $a){nodes{risks(first: $b){nodes{viewerCan{allowed} mitigations(first: 1){nodes{history(last: 1){note by{name} member{id}} viewerCan(actions: [MITIGATION_VERIFY]){allowed}}}}}}}}`, 9 + 1, 10 + 3 + 3 + 1 + 2 + 1, // the hands that sign it, of both; of which the whole is read; who did it
	},
	{
		"ballots, and what they tell a party", // of a seat: itself, who is on the roll, whose papers it holds, its rule and paper, its holder
		`{dialogues(first: $a){nodes{proposals(first: $b){nodes{ballots(first: $c){nodes{state turnout{cast} viewerSeat{leaf weight choice holdsFor notices holder{name}}
			roll(first: $c){nodes{leaf cast party{name}}} papers(first: $c){nodes{choice party{name}}} rollObjections{text}}}}}}}}`, 3 + 1 + 3 + 2 + 1, 3 + 1 + 3 + 2 + 1 + 4 + 1,
	},
	{"how many risks there are", `{riskMatrix(filter: {sector: ["H49"], jurisdiction: ["IE"], templateKey: ["a"]}){total cells{inherent residual}}}`, 1, 1},
	{
		"imports", // the visitor sees none
		`{imports(first: $a){nodes{kind by{id} counts{what count} faults{message} notes results progress{done} viewerCan{allowed}}}}`, 1, 1 + 1,
	},
	{
		"calls, how firms stand, and what was filed",
		`{assessmentCalls(first: $a){nodes{caller{name} dialogue{id} addressed silent firms(first: $b){nodes{status firm{name} viewerCan{allowed}}}}}}`, 8, 8, // each count is one
	},
	{"filings", `{filings(first: $a){nodes{firm{name} regulator{name} assessment{title} receipt viewerCan{allowed}}}}`, 1, 1 + 3},
	// the log, whether the viewer may see their subjects
	{"acts", `{acts(first: $b){nodes{type}}}`, 2, 2},
	{"acts and why they were done", `{acts(first: $b){nodes{type reason}}}`, 2 + 1, 2 + 1},
	{"what was last delivered to webhooks", `{webhooks(first: $a){nodes{deliveredCursor}}}`, 1, 1 + 1},
	{"acts and their subjects", `{acts(first: $b, filter: {type: PROPOSAL_OPENED}){nodes{subject{... on Proposal{title author{name}}}}}}`, 2 + 2, 2 + 2},
}

func TestAQueryTakesOneStatementALevel(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		w.populate()
		for i := range 8 {
			w.hook(func(c *db.WebhookCreate) { c.SetStakeholderID(stakeholder("firm")).SetDeliveredSeq(int64(i)) })
		}
		for _, name := range []string{"firm", "auditor"} { // after this the server has cached the viewer
			w.ask(persona(name), "{viewer{roles}}")
		}
		w.ask(visitor, "{impactAssessments(first: 1){nodes{missingToPublish{code}}}}") // and the template
		for _, tt := range counted {
			for _, who := range []struct {
				name string
				auth.Identity
				want int
			}{
				{"visitor", visitor, tt.visitor},
				{"firm", persona("firm"), tt.signedIn},
				{"auditor", persona("auditor"), -1}, // any number, as long as it is always the same
			} {
				t.Run(tt.rule+"/"+who.name, func(t *testing.T) {
					w.t = t
					first := -1
					for _, size := range sizes {
						query := sized(tt.query, size)
						w.sql.take()
						w.ask(who.Identity, query)
						ran := w.sql.take()
						if first < 0 {
							first = len(ran)
						}
						if len(ran) != first || who.want >= 0 && len(ran) != who.want {
							t.Fatalf("pages of %v take %d statements, want %d (pages of %v take %d):\n%s", size, len(ran), who.want, sizes[0], first, shortened(ran))
						}
					}
				})
			}
		}
		w.t = t
	})
}

func sized(query string, size [3]int) string {
	return strings.NewReplacer("$a", fmt.Sprint(size[0]), "$b", fmt.Sprint(size[1]), "$c", fmt.Sprint(size[2])).Replace(query)
}

func shortened(texts []string) string {
	var b strings.Builder
	for _, s := range texts {
		_, from, _ := strings.Cut(s, " FROM ")
		fmt.Fprintf(&b, "  %.40s ... FROM %.120s\n", s, from)
	}
	return b.String()
}

// populate fills an empty world: 20 open dialogues with 20 or two open proposals each, on these 20 or two comments each, and at
// least one of everything else that the queries read.
func (w *world) populate() {
	w.t.Helper()
	w.parties()
	err := w.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		c := &rowWriter{ctx: ctx, tx: tx}
		for i := range 3 {
			c.practices = append(c.practices, c.practice(i))
		}
		for i := range 20 {
			c.dialogue(i)
		}
		if c.err == nil {
			_, c.err = w.Log.Append(ctx, tx, policy.SystemActor("test"), c.acts...)
		}
		return c.err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.settle()
}

// rowWriter writes rows and keeps the first error.
type rowWriter struct {
	ctx       context.Context
	tx        *db.Tx
	practices []uuid.UUID
	acts      []act.Entry
	asked     uuid.UUID // a template
	err       error
}

// template writes a template that is shipped, once.
func (c *rowWriter) template() uuid.UUID {
	if c.asked != uuid.Nil {
		return c.asked
	}
	q := must(questionnaire.Shipped())[0]
	if row, err := c.tx.Template.Query().Where(template.ContentHash(q.Hash())).First(c.ctx); err == nil {
		c.asked = row.ID
		return c.asked
	}
	c.asked = uuid.Must(uuid.NewV7())
	d := q.Document()
	c.save(c.tx.Template.Create().SetID(c.asked).SetKey(d.Key).SetVersion(1).SetReference(d.Key + "@1").SetTitle(d.Title["en"]).SetLanguages(d.Languages).
		SetDocument(string(q.Bytes())).SetContentHash(q.Hash()).SetState("ACTIVE").Exec)
	return c.asked
}

func (c *rowWriter) save(exec func(context.Context) error) {
	if c.err == nil {
		c.err = exec(c.ctx)
	}
}

func (c *rowWriter) practice(i int) uuid.UUID {
	key, firm := uuid.Must(uuid.NewV7()), stakeholder("firm")
	c.save(c.tx.Practice.Create().SetID(key).SetFirmID(firm).SetTitle(fmt.Sprint("Practice ", i)).SetKind("OTHER").SetState("TRIAL").SetContentHash("0").SetShownVersion(1).Exec)
	for j := range 2 {
		about := uuid.Must(uuid.NewV7())
		c.save(c.tx.Assessment.Create().SetID(about).SetTemplateID(c.template()).SetSubjectType("PRACTICE").SetSubjectID(key).SetSubjectVersion(1).SetFirmID(firm).SetMemberID(uuid.New()).SetTitle(fmt.Sprint("Assessment ", j)).
			SetState("PUBLISHED").SetContentHash("0").Exec)
		for n := range few(i > 0, 3, 15) {
			c.risk(about, n+1)
			c.summoned(about, firm)
			c.save(c.tx.Imported.Create().SetKind("template").SetPartyID(firm).SetMemberID(uuid.New()).SetSha256("0").SetBytes(1).SetOptions([]byte("{}")).Exec)
			c.save(c.tx.Assignment.Create().SetPartyID(firm).SetSubjectType("ASSESSMENT").SetSubjectID(about).SetAssigneeID(uuid.New()).SetGiverID(uuid.New()).SetDueAt(start).Exec)
		}
		c.comments("ASSESSMENT", about, nil, 2)
	}
	return key
}

// risk writes a risk that is accepted, rated and mitigated.
func (c *rowWriter) risk(about uuid.UUID, n int) {
	risk, member := uuid.Must(uuid.NewV7()), uuid.New()
	c.save(c.tx.Risk.Create().SetID(risk).SetAssessmentID(about).SetNumber(n).SetTitle("Risk").SetLikelihood(2).SetSeverity(3).SetTreatment("ACCEPT").SetAuthorID(member).
		SetWithheld([]enum.RiskPart{enum.RiskPartDescription}).Exec)
	c.save(c.tx.RiskAcceptance.Create().SetRiskID(risk).SetEdition(1).SetMemberID(member).SetAcceptedAt(start).SetUntil(start.Add(time.Hour)).Exec)
	for m := range few(n > 1, 2, 12) {
		c.save(c.tx.Rating.Create().SetRiskID(risk).SetVersion(1).SetSide("CUSTOMERS").SetPartyID(uuid.New()).SetMemberID(member).SetLikelihood(1).SetSeverity(4).Exec)
		planned := uuid.Must(uuid.NewV7())
		c.save(c.tx.Mitigation.Create().SetID(planned).SetRiskID(risk).SetNumber(m + 1).SetTitle("Mitigation").SetState("VERIFIED").SetLowersLikelihood(1).SetOwnerID(member).SetAuthorID(member).
			SetWithheld(true).Exec)
		c.save(c.tx.MitigationStep.Create().SetMitigationID(planned).SetState("VERIFIED").SetPartyID(stakeholder("firm")).SetMemberID(member).SetTakenAt(start).Exec)
	}
}

// summoned writes a call on a firm and a filing of an assessment that answers it.
func (c *rowWriter) summoned(about, firm uuid.UUID) {
	called := uuid.Must(uuid.NewV7())
	c.save(c.tx.Call.Create().SetID(called).SetCallerID(stakeholder("regulator")).SetTemplateKey("a").SetReason("R").SetJurisdictions([]string{}).SetSectors([]string{}).
		SetPracticeKinds([]string{}).SetDueAt(start).Exec)
	for _, one := range []uuid.UUID{firm, stakeholder("firm2")} {
		c.save(c.tx.CalledFirm.Create().SetCallID(called).SetFirmID(one).SetDueAt(start).Exec)
	}
	c.save(c.tx.Filing.Create().SetAssessmentID(about).SetVersion(1).SetContentHash("0").SetFirmID(firm).SetRegulatorID(stakeholder("regulator")).SetMemberID(uuid.New()).
		SetFiledAt(start).Exec)
}

func (c *rowWriter) dialogue(i int) {
	key, opened := uuid.Must(uuid.NewV7()), start.Add(-time.Hour)
	c.save(c.tx.Dialogue.Create().SetID(key).SetTitle(fmt.Sprint("Dialogue ", i)).SetConvenorID(stakeholder("facilitator")).SetState("OPEN").Exec)
	c.save(c.tx.Phase.Create().SetDialogueID(key).SetPosition(0).SetKind("FRAMING").SetOpensAt(opened).SetMayComment(true).Exec)
	c.save(c.tx.Invitation.Create().SetDialogueID(key).SetStakeholderID(stakeholder("ngo")).Exec)
	c.save(c.tx.Link.Create().SetSubjectType("DIALOGUE").SetSubjectID(key).SetObjectID(c.practices[i%3]).Exec)
	for j := range few(i < 18, 2, 20) {
		c.proposal(key, j)
	}
	c.comments("DIALOGUE", key, &key, few(i < 18, 2, 20))
}

func (c *rowWriter) proposal(dialogue uuid.UUID, j int) {
	key, author := uuid.Must(uuid.NewV7()), stakeholder("customer")
	c.save(c.tx.Proposal.Create().SetID(key).SetDialogueID(dialogue).SetAuthorID(author).SetMemberID(uuid.New()).SetKind("POLICY").
		SetTitle(fmt.Sprint("Proposal ", j)).SetBody("Text.").SetState("OPEN").SetPublished(true).SetOpenedVersion(1).SetContentHash("0").Exec)
	c.save(c.tx.ProposalVersion.Create().SetProposalID(key).SetNumber(1).SetTitle("Title").SetBody("Text.").SetLanguage("en").SetContentHash("0").
		SetEditorID(author).SetReason("").Exec)
	c.save(c.tx.Link.Create().SetSubjectType("PROPOSAL").SetSubjectID(key).SetObjectID(c.practices[0]).Exec)
	c.comments("PROPOSAL", key, &dialogue, few(j > 1 && j < 18, 2, 20))
	c.ballots(dialogue, key)
	c.acts = append(c.acts, act.Entry{
		Type: "proposal.opened", Subject: act.Subject{Type: policy.Proposal, ID: key, Revision: 1}, Dialogue: dialogue,
	})
}

// ballots writes two ballots with a seat and a paper of each of three parties.
func (c *rowWriter) ballots(dialogue, proposal uuid.UUID) {
	presets, err := decision.Presets()
	if err != nil && c.err == nil {
		c.err = err
		return
	}
	rule := presets[len(presets)-1]
	for range 2 {
		key := uuid.Must(uuid.NewV7())
		c.save(c.tx.Ballot.Create().SetID(key).SetProposalID(proposal).SetDialogueID(dialogue).SetConvenorID(stakeholder("facilitator")).SetVersion(1).SetContentHash("0").
			SetRuleID(uuid.New()).SetRule(string(rule.Bytes())).SetRuleHash(rule.Hash()).SetSecrecy("OPEN").SetState("COUNTED").SetClosesAt(start).SetRollRoot("0").SetSeats(3).Exec)
		for _, name := range []string{"firm", "ngo", "customer"} {
			seat := uuid.Must(uuid.NewV7())
			c.save(c.tx.BallotSeat.Create().SetID(seat).SetBallotID(key).SetPartyID(stakeholder(name)).SetLeaf("FIRM").SetRevision(1).SetHolderID(stakeholder("firm")).Exec)
			c.save(c.tx.BallotPaper.Create().SetID(seat).SetBallotID(key).SetPartyID(stakeholder(name)).SetLeaf("FIRM").SetChoice("FOR").Exec)
		}
	}
}

// comments writes comments, each with a disposition. The first of them gets a reply.
func (c *rowWriter) comments(kind string, about uuid.UUID, dialogue *uuid.UUID, n int) {
	authors := []uuid.UUID{stakeholder("customer"), stakeholder("firm"), stakeholder("ngo")}
	rows := make([]*db.CommentCreate, n+1)
	first, group := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	answers := make([]*db.DispositionCreate, len(rows))
	for k := range rows {
		id := uuid.Must(uuid.NewV7())
		answers[k] = c.tx.Disposition.Create().SetCommentID(id).SetNumber(1).SetOutcome("ACCEPTED").SetReason("R").SetVersionID(uuid.New()).SetPartyID(authors[1]).SetMemberID(uuid.New())
		rows[k] = c.tx.Comment.Create().SetID(id).SetSubjectType(kind).SetSubjectID(about).SetNillableDialogueID(dialogue).SetAuthorID(authors[k%3]).SetBody("Words.")
		if k < n {
			rows[k].SetGroupID(group)
		}
	}
	c.save(c.tx.CommentGroup.Create().SetID(group).SetSubjectID(about).SetStance("NEUTRAL").SetFirstID(first).SetSignature([]byte{}).Exec)
	rows[0].SetID(first)
	answers[0].SetCommentID(first)
	reply := uuid.Must(uuid.NewV7())
	rows[n].SetID(reply).SetParentID(first).SetDepth(1).SetThreadID(first).SetPath(hex.EncodeToString(reply[:]))
	c.save(c.tx.Comment.CreateBulk(rows...).Exec)
	c.save(c.tx.Disposition.CreateBulk(answers...).Exec)
}

func few(small bool, n, otherwise int) int {
	if small {
		return n
	}
	return otherwise
}

func TestAPayloadTakesOneStatementALevel(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		w.populate()
		who := persona("firm")
		d := w.ask(who, `{dialogues(first: 1){nodes{id}}}`).at("dialogues", "nodes", 0, "id").text()
		run := func(selection string) int {
			w.sql.take()
			w.ask(who, `mutation($d: ID!){postComment(input: {subject: $d, body: "Counted."}){`+selection+` userErrors{code}}}`, "d", d)
			return len(w.sql.take())
		}
		run("") // after this the server has cached the viewer
		bare := run("")
		for _, size := range sizes {
			deep := run(sized(`act{type subject{... on Comment{body}} stakeholder{name}} comment{author{name} subject{... on Dialogue{
				proposals(first: $b){nodes{comments(first: $c){nodes{author{name}}}}}}}}`, size))
			// The act and the comment are already loaded. Statements for the act: its subject, its party; for the comment: author,
			// subject, proposals, comments, authors.
			if got, want := deep-bare, 2+5; got != want {
				t.Errorf("a payload with pages of %v takes %d statements, want %d", size, got, want)
			}
		}
	})
}

func TestAVoteTakesFiveStatements(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		cast := func(comment, choice string) []string {
			w.sql.take()
			w.ask(persona("customer4"), `mutation($c: ID!, $v: VoteChoice!){voteOnComment(input: {id: $c, choice: $v}){comment{tally{agree disagree}} userErrors{code}}}`, "c", comment, "v", choice)
			return w.sql.take()
		}
		// The comment with the viewer's vote; its dialogue with phases and invitation, and with the proposal if it is on one; the tally; the
		// vote; the act. PostgreSQL takes the vote with the tally.
		most := 5
		if w.Store.IsPostgres() {
			most = 4
		}
		for _, subject := range []string{s.id("What may"), s.id("A ceiling")} {
			var comments []string
			for range 2 {
				comments = append(comments, w.ask(persona("customer"), `mutation($s: ID!){postComment(input: {subject: $s, body: "Voted on."}){comment{id}}}`, "s", subject).
					at("postComment", "comment", "id").text())
			}
			cast(comments[0], "AGREE")                                         // after this the server has cached the viewer
			for _, choice := range []string{"AGREE", "DISAGREE", "DISAGREE"} { // a new vote, another, the same again
				if ran := cast(comments[1], choice); len(ran) > most {
					t.Errorf("a vote takes %d statements, want %d:\n%s", len(ran), most, shortened(ran))
				}
			}
		}
	})
}

func TestAnEventTakesOneStatementALevel(t *testing.T) {
	eachURL(t, false, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		w.populate()
		w.quiet() // otherwise the first event is an act of populate
		who := persona("customer2")
		proposals := w.ask(who, `{proposals(first: 10){nodes{id}}}`).at("proposals", "nodes").texts("id")
		for i, size := range sizes {
			p := proposals[i] // another proposal each time: the server notices a moment later that nobody follows the last one
			query := sized(`subscription($p: ID!){proposalUpdated(id: $p){cursor act{type subject{... on Comment{body}}}
				proposal{dialogue{proposals(first: $b){nodes{comments(first: $c){nodes{author{name}}}}}}}}}`, size)
			f := w.follow(who, query, "p", p)
			w.sql.take()
			w.ask(who, `mutation($p: ID!){postComment(input: {subject: $p, body: "Counted."}){userErrors{code}}}`, "p", p)
			f.event()
			var reads []string
			for _, text := range w.sql.take() {
				batch := strings.HasPrefix(text, "SELECT t.") || strings.HasPrefix(text, "SELECT c.") // the mutation makes none
				if batch && !strings.Contains(text, "FROM checkpoints") {
					reads = append(reads, text)
				}
			}
			// One statement decides whether everybody may see the act, for all followers. Then its subject, proposal, dialogue,
			// proposals, comments, authors. A follower that arrives while the hub still ends the last one reads by itself, and needs no
			// decision about its own act.
			if got, want := len(reads), 1+1+5; got != want && got != want-1 {
				t.Errorf("an event with pages of %v takes %d statements, want %d:\n%s", size, got, want, shortened(reads))
			}
			f.stop()
		}
	})
}
