package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// day is a time of the examples.
func day(n int) time.Time { return time.Date(2026, 9, 1, 9, 30, 0, 0, time.UTC).AddDate(0, 0, n) }

func at(n int) *time.Time { t := day(n); return &t }

func num(n int) *int { return &n }

var (
	firm      = Party{"firm_01h455vb4pex5vsknk084sn02q", enum.StakeholderKindFirm, "Northwind Streaming"}
	customer  = Party{"customer_01h455vb4pex5vsknk084sn0a1", enum.StakeholderKindCustomer, "kestrel-41"}
	ngo       = Party{"ngo_01h455vb4pex5vsknk084sn0b2", enum.StakeholderKindNgo, "Consumer Voice"}
	regulator = Party{"regulator_01h455vb4pex5vsknk084sn0c3", enum.StakeholderKindRegulator, "Data Protection Commission"}
)

// sample is what an example says in one language.
type sample struct {
	language, words                                       string // of the report, and of its words
	title, section, question, option, note, risk, opinion string
	reply, help                                           string
}

var english = sample{
	"en", "en", "Ranking of programmes by watching history", "Impacts on people", "Are the effects of a decision on people easily reversible?",
	"Some of them, with effort", "A wrong ranking hides programmes for some weeks. Whoever turns personalisation off sees the plain list at once; past recommendations are not brought back.",
	"Children are shown programmes for adults", "The explanation does not say for how long the watching history is kept. Six months would be enough for the purpose that you describe.",
	"We keep it for eighteen months today, and will shorten this to six in the next version. See mitigation 2.", "Think of <strong>all</strong> who are concerned. <a href=\"https://example.org/guide\">The guide</a> has examples.",
}

var french = sample{
	"fr", "fr", "Classement des programmes selon l’historique de visionnage", "Incidences sur les personnes", "Les effets d’une décision sur les personnes sont-ils facilement réversibles ?",
	"En partie, non sans effort", "Un mauvais classement cache des programmes pendant quelques semaines. Qui désactive la personnalisation voit aussitôt la liste simple ; les suggestions passées ne reviennent pas.",
	"Des enfants voient des programmes pour adultes", "L’explication ne dit pas combien de temps l’historique est conservé. Six mois suffiraient au but que vous décrivez, nœud du problème.",
	"Nous le conservons dix-huit mois aujourd’hui ; ce sera six mois dans la prochaine version.", "Pensez à <strong>toutes</strong> les personnes concernées. <a href=\"https://example.org/guide\">Le guide</a> donne des exemples.",
}

var chinese = sample{
	"en", "zh-Hant", "依觀看紀錄排序節目", "對人的影響", "決策對人的影響是否容易回復？", "部分可以，但需要花費力氣",
	"錯誤的排序會使某些節目隱藏數週。關閉個人化功能的人會立刻看到一般清單；過去的推薦不會恢復。", "兒童看到成人節目",
	"說明沒有指出觀看紀錄會保留多久。就您所描述的目的而言，六個月已經足夠。Uber的出現，因服務內容明確、平台簡潔、交易程序精簡、路線糾紛減少，並有評價機制穩定服務雙方之水平。",
	"目前保留十八個月，下一版將縮短為六個月。", "請考慮所有相關的人。",
}

// example is a report of an assessment with so many answers, each with an opinion and its reply; texts alternate between the samples.
func example(answers int, in ...sample) *Document {
	s := in[0]
	hash := strings.Repeat("5f1c9a07", 8)
	a := &Assessment{
		ID: "assessment_01h455vb4pex5vsknk084sn0d4", Reference: "2026/A7", Title: s.title, Firm: firm, Phase: enum.AssessmentPhaseImplementation,
		Subject:  Subject{SubjectPractice, "practice_01h455vb4pex5vsknk084sn0e5", s.title, 3},
		Template: TemplateRef{"template_01h455vb4pex5vsknk084sn0f6", "canada-aia@2", Text{"Algorithmic Impact Assessment", "en"}, strings.Repeat("9b", 32), "Treasury Board of Canada Secretariat", "OGL Canada 2.0"},
		State:    enum.ImpactAssessmentStatePublished, Version: 2, ContentHash: hash, Level: enum.ImpactLevelIi, CreatedAt: day(0), UpdatedAt: day(60),
		ConsultationUntil: at(30), ApprovedAt: at(50), PublishedAt: at(52), NextReviewDueAt: at(417), Progress: Progress{answers, answers, 1},
		Score: Score{
			Raw: 61, RawMax: 167, Mitigation: 70, MitigationMax: 154, Deducted: true, Current: 52, Level: enum.ImpactLevelIi, MitigationSharePercent: 40, DeductionPercent: 15,
			CutPercents: []int{25, 50, 75}, Up: num(32), Down: num(11), NoCheapest: "Mitigation cannot lower the level.",
			ByPrinciple: []PrincipleScore{{enum.RequirementTransparency, 20, 41, 12, 30}, {enum.RequirementAccountability, 9, 22, 10, 31}},
		},
		Obligations:    []Obligation{{enum.ImpactLevelIi, "notice", Text{"Give notice in plain language before a decision is made.", "en"}, true}},
		Signers:        []Signer{{Capacity: enum.CapacityDpo, Party: firm, State: enum.SignerStateAppointed, AppointedAt: day(31)}},
		SignOffsNeeded: []NeededSignOff{{enum.ImpactLevelIi, []enum.Capacity{enum.CapacityPeerReviewer, enum.CapacityDataScientist}, 1}},
		SignOffs: []SignOff{
			{enum.CapacityPeerReviewer, ngo, 2, hash, true, s.reply, day(44)},
			{enum.CapacityApprover, firm, 2, hash, true, "", day(50)},
			{enum.CapacityDpo, firm, 1, strings.Repeat("77", 32), false, "", day(20)},
		},
		Redactions:   []Redaction{{[]string{"answers", "q3", "note"}, "Names a supplier under contract."}},
		StaleBecause: []StaleCause{{enum.StaleCauseKindSubjectChanged, "What it assesses has a newer version.", "practice_01h455vb4pex5vsknk084sn0e5", day(70), nil}},
		Versions: []VersionRef{
			{"version_01h455vb4pex5vsknk084sn011", 1, "assessment_01h455vb4pex5vsknk084sn0d4", "2026/A7", strings.Repeat("77", 32), day(3)},
			{"version_01h455vb4pex5vsknk084sn012", 2, "assessment_01h455vb4pex5vsknk084sn0d4", "2026/A7", hash, day(24)},
		},
		Filings: []Filing{{"filing_01h455vb4pex5vsknk084sn013", regulator, 2, hash, FilingAcknowledged, day(53), at(58), ""}},
	}
	for n := range answers {
		s := in[n%len(in)]
		if n%10 == 0 {
			a.Sections = append(a.Sections, Section{Key: fmt.Sprintf("section%d", n/10+1), Title: Text{s.section, s.words}, ScoreType: enum.ScoreTypeRaw, Visible: true, Intro: &Text{s.help, s.words}})
		}
		into := &a.Sections[len(a.Sections)-1]
		key := fmt.Sprintf("impact%d", n+1)
		q := Question{
			Key: key, Title: Text{s.question, s.words}, Type: enum.QuestionTypeSingle, Visible: true, Required: true, ScoreType: enum.ScoreTypeRaw, MaxScore: 4,
			Principle: enum.RequirementTransparency,
			Answer: &Answer{
				Value: &Value{Choices: []Choice{{fmt.Sprintf("item%d-2", n%4), Text{s.option, s.words}}}}, Note: s.note, Revision: 1 + n%3, AnsweredAt: day(n % 20),
			},
		}
		if n%25 == 3 {
			q.Answer.Evidence = []File{{"file_01h455vb4pex5vsknk084sn014", "test-2026-08.pdf", "application/pdf", 184_223, strings.Repeat("ab12", 16)}}
			q.EvidenceRequired = true
		}
		if n%40 == 7 {
			q.Answer, q.Visible, q.WhyHidden, q.VisibleIf = nil, false, "Its condition does not hold.", `{impact1} = "item2-2"`
		}
		into.Questions = append(into.Questions, q)
		a.Score.ByQuestion = append(a.Score.ByQuestion, ScoreLine{key, []string{fmt.Sprintf("item%d-2", n%4)}, enum.ScoreTypeRaw, 2, 4, true})
		a.Opinions = append(a.Opinions, Opinion{
			ID: fmt.Sprintf("opinion_%026d", n), Version: 2, Question: key, By: []Party{ngo, customer}[n%2], Stance: enum.OpinionStanceConcern, Text: s.opinion,
			State: enum.OpinionStateAnswered, Reply: s.reply, AnsweredAt: at(29), CreatedAt: day(25),
		})
	}
	grade := func(l, s int) Grade { return Grade{l, s, l * s, enum.RiskLevelMedium} }
	a.Risks = []Risk{{
		ID: "risk_01h455vb4pex5vsknk084sn015", Number: 1, Title: s.risk, Description: s.note, Inherent: grade(2, 3), Residual: grade(1, 3), Reversibility: enum.RiskReversibilityPartlyReversible,
		Scope: enum.RiskScopeGroup, Treatment: enum.RiskTreatmentMitigate, State: enum.RiskStatePresent, Ratings: []SideRating{{enum.RatingSideFirm, 200, 300, 1}, {enum.RatingSideCustomers, 267, 325, 12}},
		Mitigations: []Mitigation{{
			ID: "mitigation_01h455vb4pex5vsknk084sn016", Number: 1, Title: s.option, Description: s.note, DueAt: at(90), LowersLikelihood: 1, State: enum.MitigationStateVerified,
			History: []MitigationRecord{{enum.MitigationStateImplemented, s.reply, firm, "", day(40)}, {enum.MitigationStateVerified, "", ngo, "", day(45)}},
		}},
	}}
	a.Comments = comments(in...)
	d := &Document{
		ID: "report_01h455vb4pex5vsknk084sn020", Type: TypeAssessment, Audience: AudienceRegulator, Language: s.language, Title: s.title + " (2026/A7)",
		Scope: Scope{"Assessment 2026/A7", []string{a.ID}}, Assessment: a,
	}
	d.AsOf = AsOf{1204, day(80), Checkpoint{"plenary.example.org/log", 1210, "xN3m2pMhYyXv0m0yZ3iVQ5dQw8w1GQk1l0xJr8mZc2E=", "plenary.example.org/log\n1210\nxN3m2pMhYyXv0m0yZ3iVQ5dQw8w1GQk1l0xJr8mZc2E=\n\n— plenary.example.org/log AAAAAA==\n"}}
	return d
}

func comments(in ...sample) []Comment {
	var all []Comment
	for i, s := range in {
		id := fmt.Sprintf("comment_%026d", 2*i)
		all = append(all, Comment{
			ID: id, About: "assessment_01h455vb4pex5vsknk084sn0d4", Author: &customer, Stance: enum.StanceAgainst, Language: s.words, Body: s.opinion, State: enum.CommentStateVisible,
			CreatedAt: day(26), Agree: 12, Disagree: 3, Pass: 1, ByChamber: []ChamberTally{{Chamber: enum.StakeholderKindCustomer, Agree: num(10)}},
		})
		all = append(all, Comment{
			ID: fmt.Sprintf("comment_%026d", 2*i+1), About: "assessment_01h455vb4pex5vsknk084sn0d4", Parent: id, Depth: 1, Author: &firm, Stance: enum.StanceNeutral,
			Language: s.words, Body: s.reply, State: enum.CommentStateVisible, CreatedAt: day(27),
		})
	}
	return all
}

// keys are a signer and its verifier.
func keys(t testing.TB) (note.Signer, string) {
	t.Helper()
	skey, vkey := bundletest.Key("plenary.example.org/log", 7)
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s, vkey
}

const address = "https://plenary.example.org/reports/report_01h455vb4pex5vsknk084sn020"

// rendered is a document in a format.
func rendered(t testing.TB, format string, d *Document) ([]byte, []Problem) {
	t.Helper()
	s, _ := keys(t)
	for _, f := range Formats() {
		if f.Name != format {
			continue
		}
		var b bytes.Buffer
		problems, err := Render(f, d, Options{Signers: []note.Signer{s}, Address: address}, &b)
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes(), problems
	}
	t.Fatalf("no format %s", format)
	return nil, nil
}
