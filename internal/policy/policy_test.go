package policy

import (
	"bytes"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

var update = flag.Bool("update", false, "write the golden matrix anew")

// The matrix is what a regulator reads. A change of the table changes it, and the change is seen in review.
func TestTheMatrixIsTheGoldenOne(t *testing.T) {
	var got bytes.Buffer
	if err := Matrix(&got); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "matrix.golden")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the policy is not the golden one (-want +got); go test ./internal/policy -update after review:\n%s", diff)
	}
}

func member(kind string, roles ...Role) Actor {
	return Actor{Member: uuid.UUID{1}, Stakeholder: uuid.UUID{2}, Kind: kind, Status: "ACTIVE", Roles: roles}
}

var takingPart = These(DialogueOpen, MayPropose, MayComment, MayVote, Shown, PublicSpace, InSight)

func TestDecisions(t *testing.T) {
	suspended := member("FIRM", Firm, Author)
	suspended.Status = "SUSPENDED"
	for _, row := range []struct {
		name   string
		actor  Actor
		action Action
		on     Subject
		want   fault.Kind // Internal for allowed
	}{
		{"a visitor reads an open dialogue", Anonymous, ReadDialogue, Subject{Resource: Dialogue, State: "OPEN", Facts: These(PublicSpace)}, fault.Internal},
		{"a visitor does not find an invited dialogue", Anonymous, OpenDialogue, Subject{Resource: Dialogue, State: "OPEN"}, fault.NotFound},
		{"a visitor who would propose is asked to sign in", Anonymous, DraftProposal, Subject{Resource: Proposal, State: "", Facts: takingPart}, fault.Unauthenticated},
		{"a firm proposes", member("FIRM", Firm), DraftProposal, Subject{Resource: Proposal, State: "", Facts: takingPart}, fault.Internal},
		{"nobody proposes when the phase does not take it", member("FIRM", Firm), DraftProposal, Subject{Resource: Proposal, State: "", Facts: takingPart.Without(These(MayPropose))}, fault.State},
		{"a suspended firm proposes nothing", suspended, DraftProposal, Subject{Resource: Proposal, State: "", Facts: takingPart}, fault.Forbidden},
		{"a regulator's token does not make a customer", member("REGULATOR", Customer), VoteOnComment, Subject{Resource: Comment, State: "VISIBLE", Facts: takingPart}, fault.Forbidden},
		{"unknown roles grant nothing", member("FIRM", "superuser", "FIRM", "Admin"), ApproveStakeholder, Subject{Resource: Stakeholder, State: "ACTIVE"}, fault.Forbidden},
		{"an author may not open their own proposal", member("REGULATOR", Regulator, Facilitator), OpenProposal, Subject{Resource: Proposal, State: "UNDER_REVIEW", Facts: takingPart.With(These(Convenor, Writer))}, fault.Forbidden},
		{"a facilitator of another dialogue opens nothing", member("REGULATOR", Facilitator), OpenProposal, Subject{Resource: Proposal, State: "OPEN", Facts: takingPart}, fault.Forbidden},
		{"an open proposal is not opened again", member("REGULATOR", Regulator, Facilitator), OpenProposal, Subject{Resource: Proposal, State: "OPEN", Facts: takingPart.With(These(Convenor))}, fault.State},
		{"a draft of others is not found", member("FIRM", Firm), EditProposal, Subject{Resource: Proposal, State: "DRAFT", Facts: takingPart}, fault.NotFound},
		{"an approver may not sign their own assessment", member("FIRM", Firm, Approver), SignOffAssessment, Subject{Resource: Assessment, State: "IN_REVIEW", Facts: These(Own, Writer)}, fault.Forbidden},
		{"an admin may not approve their own party", member("FIRM", Admin), ApproveStakeholder, Subject{Resource: Stakeholder, State: "PENDING", Facts: These(Self)}, fault.Forbidden},
		{"an auditor changes nothing", member("NGO", Auditor), HideComment, Subject{Resource: Comment, State: "VISIBLE", Facts: takingPart.With(These(Convenor))}, fault.Forbidden},
		{"an action nobody wrote a rule for is refused", member("NGO", Admin), "dialogue.delete", Subject{Resource: Dialogue, State: "OPEN", Facts: takingPart}, fault.Forbidden},
		{"no token is the system", member("NGO", "(system)"), ImportDialogue, Subject{Resource: Dialogue, State: ""}, fault.Forbidden},
		{"a party registers a webhook", member("NGO", NGO), RegisterWebhook, Subject{Resource: Webhook, State: ""}, fault.Internal},
		{"a suspended party registers none", suspended, RegisterWebhook, Subject{Resource: Webhook, State: ""}, fault.Forbidden},
		{"a visitor who would register a webhook is asked to sign in", Anonymous, RegisterWebhook, Subject{Resource: Webhook, State: ""}, fault.Unauthenticated},
		{"a party does not find another's webhook", member("NGO", NGO), DeleteWebhook, Subject{Resource: Webhook, State: "ACTIVE"}, fault.NotFound},
		{"a party rotates the secret of its own webhook", member("NGO", NGO), RotateWebhookSecret, Subject{Resource: Webhook, State: "DISABLED", Facts: These(Own)}, fault.Internal},
		{"an auditor sees a webhook and rotates nothing", member("NGO", Auditor), RotateWebhookSecret, Subject{Resource: Webhook, State: "ACTIVE"}, fault.Forbidden},
		{"an admin sees a webhook and moves it nowhere", member("NGO", Admin), UpdateWebhook, Subject{Resource: Webhook, State: "ACTIVE"}, fault.Forbidden},
		{"nobody says by mutation that a receiver answered", member("NGO", NGO), ConfirmWebhook, Subject{Resource: Webhook, State: "PENDING", Facts: These(Own)}, fault.Forbidden},
		{"a deleted webhook is gone for its party", member("NGO", NGO), EnableWebhook, Subject{Resource: Webhook, State: "DELETED", Facts: These(Own)}, fault.NotFound},
		{"a firm reads its planned practice", member("FIRM", Firm), ReadPractice, Subject{Resource: Practice, State: "PROPOSED", Facts: These(Own)}, fault.Internal},
		{"a customer's token that names a firm does not find its planned practice", member("FIRM", Customer, NGO), ReadPractice, Subject{Resource: Practice, State: "PROPOSED", Facts: These(Own)}, fault.NotFound},
		{"nor its draft", member("FIRM", Customer, NGO), ReadProposal, Subject{Resource: Proposal, State: "DRAFT", Facts: These(Own, InSight)}, fault.NotFound},
		{"nor its assessment", member("FIRM", Customer, NGO), ReadAssessment, Subject{Resource: Assessment, State: "DRAFT", Facts: These(Own)}, fault.NotFound},
		{"nor what that party is to sign", member("ACADEMIC_INSTITUTION", Customer, Reviewer), ReadAssessment, Subject{Resource: Assessment, State: "IN_REVIEW", Facts: These(Signer)}, fault.NotFound},
		{"which its own members read", member("ACADEMIC_INSTITUTION", Academic), ReadAssessment, Subject{Resource: Assessment, State: "IN_REVIEW", Facts: These(Signer)}, fault.Internal},
		{"and not while it is written", member("ACADEMIC_INSTITUTION", Academic), ReadAssessment, Subject{Resource: Assessment, State: "DRAFT", Facts: These(Signer)}, fault.NotFound},
		{"nor its webhook", member("FIRM", Customer, NGO), ReadWebhook, Subject{Resource: Webhook, State: "ACTIVE", Facts: These(Own)}, fault.NotFound},
		{"nor the firm itself while it waits", member("FIRM", Customer, NGO), ReadStakeholder, Subject{Resource: Stakeholder, State: "PENDING", Facts: These(Self)}, fault.NotFound},
		{"nor what the firm is invited to", member("FIRM", Customer, NGO), ReadDialogue, Subject{Resource: Dialogue, State: "OPEN", Facts: These(Invited)}, fault.NotFound},
		{"nor the acts about what is the firm's own", member("FIRM", Customer, NGO), ReadAct, Subject{Resource: Act, State: "PARTY", Facts: These(Own)}, fault.NotFound},
		{"it registers no webhook for the firm", member("FIRM", Customer, NGO), RegisterWebhook, Subject{Resource: Webhook, State: ""}, fault.Forbidden},
		{"a token without roles registers no webhook for the firm", member("FIRM"), RegisterWebhook, Subject{Resource: Webhook, State: ""}, fault.Forbidden},
		{"a facilitator without a role of its party's chamber convenes nothing in its name", member("REGULATOR", Facilitator), ConveneDialogue, Subject{Resource: Dialogue, State: ""}, fault.Forbidden},
		{"and opens no proposal in its name", member("REGULATOR", Facilitator), OpenProposal, Subject{Resource: Proposal, State: "UNDER_REVIEW", Facts: takingPart.With(These(Convenor))}, fault.NotFound},
		{"an admin does not escape the bar on its own party by lacking a role", member("FIRM", Admin), SuspendStakeholder, Subject{Resource: Stakeholder, State: "ACTIVE", Facts: These(Self)}, fault.Forbidden},
		{"a withdrawn draft stays with its author", Anonymous, ReadProposal, Subject{Resource: Proposal, State: "WITHDRAWN", Facts: These(PublicSpace)}, fault.NotFound},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := Decide(row.actor, row.action, row.on)
			if d.Allowed != (row.want == fault.Internal) || !d.Allowed && !fault.Is(d.Err(), row.want) {
				t.Errorf("Decide = %+v (%v), want %v", d, d.Err(), row.want)
			}
			if !d.Allowed && d.Reason == "" {
				t.Error("a refusal says why")
			}
		})
	}
}

// Deny by default: whatever the role, no facts at all allow nothing but reading and what begins from nothing.
func TestWithoutFactsNothingChanges(t *testing.T) {
	free := []Action{RegisterStakeholder, ApproveStakeholder, RejectStakeholder, UpdateStakeholder, SuspendStakeholder, ImportDialogue, HideComment, RestoreComment, DismissReports, RestoreProposal, HideAmendment, RestoreAmendment, DismissAmendmentReports, DecideHiding, BundleLog, EraseMember, RevokeAccess, ImportTemplate, ActivateTemplate, RetireTemplate} // of oversight
	for _, r := range Roles {
		for _, action := range actions() {
			if action.reads() || slices.Contains(free, action) {
				continue
			}
			for _, state := range statesOf(resourceOf(action)) {
				if decide(actorOf(r), action, Subject{Resource: resourceOf(action), State: state}).Allowed {
					t.Errorf("%s may %s while %s with no fact at all", r, action, state)
				}
			}
		}
	}
}

// What a list shows is what can be read by id: the filter and the decision come to the same answer.
func TestTheFilterAgreesWithTheDecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Actor{
			Member: uuid.UUID{1}, Status: rapid.SampledFrom([]string{"ACTIVE", "PENDING", "SUSPENDED"}).Draw(t, "status"),
			Roles: rapid.SliceOfDistinct(rapid.SampledFrom(Roles), func(r Role) Role { return r }).Draw(t, "roles"),
		}
		if rapid.Bool().Draw(t, "has party") {
			a.Stakeholder, a.Kind = uuid.UUID{2}, rapid.SampledFrom([]string{"FIRM", "CUSTOMER", "REGULATOR", "NGO"}).Draw(t, "kind")
		}
		if rapid.Bool().Draw(t, "visitor") {
			a = Anonymous
		}
		res := rapid.SampledFrom([]Resource{Stakeholder, Dialogue, Proposal, Comment, Practice, Assessment, Webhook}).Draw(t, "resource")
		s := Subject{
			Resource: res, State: rapid.SampledFrom(statesOf(res)).Draw(t, "state"), Facts: These(rapid.SliceOf(rapid.Custom(func(t *rapid.T) Fact { return Fact(rapid.IntRange(0, int(factEnd)-1).Draw(t, "fact")) })).Draw(t, "facts")...),
		}
		s.Facts = s.Facts.Without(These(Speaks, ActiveParty)) // the decision adds them by itself
		if a.Stakeholder == uuid.Nil {
			s.Facts = s.Facts.Without(These(Self, Own, Convenor, Invited)) // such facts tie a subject to a party
		}
		shown := slices.ContainsFunc(Visible(a, res), func(c Clause) bool {
			return (len(c.States) == 0 || slices.Contains(c.States, s.State)) && c.Facts.Without(s.Facts).None()
		})
		if got := Decide(a, res.Read(), s).Allowed; got != shown {
			t.Fatalf("Decide = %t but the filter says %t for %+v on %+v", got, shown, a, s)
		}
	})
}

// What is a party's own needs a role of the party's chamber, whatever rule is added.
func TestAPartysOwnNeedsARoleOfItsChamber(t *testing.T) {
	for _, kind := range chamberOf {
		for _, role := range Roles {
			a := member(kind, role)
			if a.SpeaksForParty() {
				continue
			}
			for _, r := range table {
				tie := r.Needs.Both(These(Own, Convenor, Invited, ActiveParty))
				if r.Resource == Stakeholder {
					tie = tie.With(r.Needs.Both(These(Self)))
				}
				if tie.None() {
					continue
				}
				if _, d := r.judge(a, Subject{Resource: r.Resource, State: firstOf(r.States), Facts: everything().Without(r.Bars.With(These(Speaks)))}); d.Allowed {
					t.Errorf("a rule lets %s of a party of kind %s, without a role of its chamber, %s", role, kind, r.Action)
				}
			}
		}
	}
}

func firstOf(states []string) string {
	if len(states) == 0 {
		return ""
	}
	return states[0]
}

func TestEveryRuleHasABasisAndKnownWords(t *testing.T) {
	for _, r := range table {
		if r.Basis == "" || resourceOf(r.Action) != r.Resource {
			t.Errorf("%s: a rule has a basis and speaks of its own resource", r.Action)
		}
		for _, role := range r.Roles {
			if role != authenticatedAs && role != system && !slices.Contains(Roles, role) {
				t.Errorf("%s: no role is called %q", r.Action, role)
			}
		}
		for f := range r.Needs.Each() {
			if f.missing() == "" {
				t.Errorf("%s: no sentence says that %v is missing", r.Action, f.name())
			}
		}
	}
}

// What a visitor may see everybody may, whoever they are: an event that a visitor may see is worded once for all. It holds
// for the decision in every case, and for the filter, which must show at least what it shows a visitor.
func TestWhatAVisitorSeesEverybodySees(t *testing.T) {
	actors := []Actor{{Member: uuid.UUID{1}}, SystemActor("a job")}
	for _, status := range []string{"ACTIVE", "PENDING", "SUSPENDED"} {
		for _, kind := range []string{"FIRM", "CUSTOMER", "REGULATOR", "NGO", "ACADEMIC_INSTITUTION"} {
			one := Actor{Member: uuid.UUID{1}, Stakeholder: uuid.UUID{2}, Kind: kind, Status: status}
			actors = append(actors, one)
			for _, r := range Roles {
				one.Roles = []Role{r}
				actors = append(actors, one)
			}
			one.Roles = Roles
			actors = append(actors, one)
		}
	}
	seen := 0
	for _, res := range []Resource{Stakeholder, Dialogue, Proposal, Comment, Practice, Assessment, Act} {
		var matter Facts // the facts that the resource's rules of reading speak of
		for _, r := range table {
			if r.Action == res.Read() {
				matter = matter.With(r.Needs).With(r.Bars)
			}
		}
		public := Visible(Anonymous, res)
		for _, a := range actors {
			mine := Visible(a, res)
			for _, c := range public {
				if !slices.ContainsFunc(mine, func(o Clause) bool { return slices.Equal(o.States, c.States) && o.Facts == c.Facts }) {
					t.Errorf("the filter on %s shows %+v less than a visitor: %+v", res, a, c)
				}
			}
			for _, state := range statesOf(res) {
				for facts := range parts(slices.Collect(matter.Each())) {
					s := Subject{Resource: res, State: state, Facts: facts}
					if Decide(Anonymous, res.Read(), s).Allowed {
						seen++
						if !Decide(a, res.Read(), s).Allowed {
							t.Errorf("a visitor may see %+v, %+v may not", s, a)
						}
					}
				}
			}
		}
	}
	if seen < 1000 {
		t.Errorf("a visitor saw something in %d cases only", seen)
	}
}

// parts are all sets of some of these facts.
func parts(of []Fact) iter.Seq[Facts] {
	return func(yield func(Facts) bool) {
		for some := range 1 << len(of) {
			var facts Facts
			for i, f := range of {
				if some&(1<<i) != 0 {
					facts.Add(f)
				}
			}
			if !yield(facts) {
				return
			}
		}
	}
}
