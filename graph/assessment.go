package graph

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var assessmentNoun = noun{
	name:  "assessment",
	types: []string{"ImpactAssessment"},
	read:  by(func(r *Resolver) many[db.Assessment] { return r.Assessments.ByID }),
	referred: byReference(func(r *Resolver) func(context.Context, string) (*db.Assessment, error) {
		return r.Assessments.ByReference
	}),
	tables: []string{"assessments", "answers", "assessment_versions", "files", "signers", "sign_offs", "assessment_authors", "stalenesses", "risks", "mitigations"},
	inside: []policy.Resource{policy.Practice, policy.Proposal},
	posted: []policy.Action{policy.ImportAssessment},
	edges: edges{
		"Query.impactAssessments": paged(func(ctx context.Context, r *Resolver, in model.ImpactAssessmentFilter, a args) (*assessment.Page, error) {
			f := assessmentFilter(in)
			f.Order = word[enum.ImpactAssessmentOrder](a, "order")
			return r.Assessments.List(ctx, f, a.page())
		}),
		"Query.assessmentFigures": paged(func(ctx context.Context, r *Resolver, in model.ImpactAssessmentFilter, a args) (*assessment.Figures, error) {
			return r.Assessments.Figures(ctx, word[enum.AssessmentGrouping](a, "groupBy"), assessmentFilter(in))
		}),
		"AssessmentFigure.template": one(func(ctx context.Context, r *Resolver, all []*assessment.Figure, _ args) ([]*db.Template, error) {
			ids := make([]uuid.UUID, len(all))
			for i, f := range all {
				ids[i] = f.Template
			}
			found, err := r.Templates.AnsweredBy(ctx, ids)
			out := make([]*db.Template, len(all))
			for i, id := range ids {
				out[i] = found[id]
			}
			return out, err
		}),
		"AssessmentFigure.firm": one(func(ctx context.Context, r *Resolver, all []*assessment.Figure, _ args) ([]view.Node, error) {
			return partiesOf(ctx, r, all, func(f *assessment.Figure) uuid.UUID { return f.Firm })
		}),
		"ImpactAssessment.template": to("template_id", func(r *Resolver) many[db.Template] { return r.Templates.AnsweredBy }),
		"ImpactAssessment.subject": one(func(ctx context.Context, r *Resolver, rows []*db.Assessment, _ args) ([]view.Node, error) {
			ids := make([]typeid.ID, len(rows))
			for i, row := range rows {
				ids[i] = typeid.New(string(policy.ResourceOf(row.SubjectType)), row.SubjectID)
			}
			return r.nodes(ctx, ids)
		}),
		"ImpactAssessment.practice": one(func(ctx context.Context, r *Resolver, rows []*db.Assessment, _ args) ([]*db.Practice, error) {
			var ids []uuid.UUID
			for _, row := range rows {
				if policy.ResourceOf(row.SubjectType) == policy.Practice {
					ids = append(ids, row.SubjectID)
				}
			}
			found, err := r.Practices.AssessedBy(ctx, ids)
			out := make([]*db.Practice, len(rows))
			for i, row := range rows {
				out[i] = found[row.SubjectID]
			}
			return out, err
		}),
		"ImpactAssessment.firm":  toParty("firm_id"),
		"ImpactAssessment.phase": scored((*assessment.Service).PhaseOf),
		"ImpactAssessment.score": scored((*assessment.Service).Scores),
		"Query.reassessmentsDue": paged(func(ctx context.Context, r *Resolver, in model.ReassessmentFilter, a args) (*assessment.Page, error) {
			return r.Assessments.Due(ctx, assessment.DueFilter{
				Within: or(in.WithinDays, 0), Firm: optionalKey("stakeholder", in.Firm), Jurisdiction: in.Jurisdiction,
			}, a.page())
		}),
		"ImpactAssessment.versions": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*assessment.VersionPage, error) {
			return r.Assessments.VersionsOf(ctx, ids, a.page())
		}),
		"Query.assessmentDiff": top(func(ctx context.Context, r *Resolver, a args) (*assessment.Diff, error) {
			return r.Assessments.Diff(ctx, key("assessmentversion", or(a.text("from"), "")), key("assessmentversion", or(a.text("to"), "")))
		}),
		"AssessmentDiff.from":         ofDiff(func(d *assessment.Diff) uuid.UUID { return d.From }, func(r *Resolver) many[db.AssessmentVersion] { return r.Assessments.VersionsByID }),
		"AssessmentDiff.to":           ofDiff(func(d *assessment.Diff) uuid.UUID { return d.To }, func(r *Resolver) many[db.AssessmentVersion] { return r.Assessments.VersionsByID }),
		"AssessmentDiff.templateFrom": ofDiff(func(d *assessment.Diff) uuid.UUID { return d.TemplateFrom }, func(r *Resolver) many[db.Template] { return r.Templates.AnsweredBy }),
		"AssessmentDiff.templateTo":   ofDiff(func(d *assessment.Diff) uuid.UUID { return d.TemplateTo }, func(r *Resolver) many[db.Template] { return r.Templates.AnsweredBy }),
		"ImpactAssessment.previous":   to("previous_id", func(r *Resolver) many[db.Assessment] { return r.Assessments.ByID }),
		"ImpactAssessment.next": one(func(ctx context.Context, r *Resolver, rows []*db.Assessment, _ args) ([]*db.Assessment, error) {
			return r.Assessments.Next(ctx, rows)
		}),
		"ImpactAssessment.staleBecause": one(func(ctx context.Context, r *Resolver, rows []*db.Assessment, _ args) ([][]*assessment.StaleCause, error) {
			return r.Assessments.StaleBecause(ctx, rows)
		}),
		"StaleCause.link": one(func(ctx context.Context, r *Resolver, all []*assessment.StaleCause, _ args) ([]view.Node, error) {
			ids := make([]typeid.ID, len(all))
			for i, one := range all {
				if one.Link != nil {
					ids[i] = typeid.New(string(one.Link.Type), one.Link.ID)
				}
			}
			return r.nodes(ctx, ids)
		}),
		"Practice.assessmentStatus": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*assessment.Status, error) {
			return r.Assessments.ReadStatus(ctx, ids)
		}),
		"AssessmentStatus.current": one(func(ctx context.Context, r *Resolver, all []*assessment.Status, _ args) ([]*db.Assessment, error) {
			var ids []uuid.UUID
			for _, one := range all {
				if one.Current != nil {
					ids = append(ids, *one.Current)
				}
			}
			found, err := r.Assessments.ByID(ctx, ids)
			out := make([]*db.Assessment, len(all))
			for i, one := range all {
				out[i] = found[or(one.Current, uuid.Nil)]
			}
			return out, err
		}),
		"ImpactAssessment.redactions": redactions(),
		"ImpactAssessment.published": one(func(ctx context.Context, r *Resolver, rows []*db.Assessment, _ args) ([]*string, error) {
			return r.Assessments.Published(ctx, rows)
		}),
		"ImpactAssessment.signOffsNeeded": scored((*assessment.Service).NeededOf, "level"),
		"ImpactAssessment.signers": one(func(ctx context.Context, r *Resolver, rows []*db.Assessment, _ args) ([][]*assessment.Signer, error) {
			return r.Assessments.SignersOf(ctx, rows)
		}),
		"ImpactAssessment.signOffs": one(func(ctx context.Context, r *Resolver, rows []*db.Assessment, _ args) ([][]*assessment.SignOff, error) {
			return r.Assessments.SignOffsOf(ctx, rows)
		}),
		"Signer.party": one(func(ctx context.Context, r *Resolver, all []*assessment.Signer, _ args) ([]view.Node, error) {
			return partiesOf(ctx, r, all, func(one *assessment.Signer) uuid.UUID { return one.Party })
		}),
		"SignOff.by": one(func(ctx context.Context, r *Resolver, all []*assessment.SignOff, _ args) ([]view.Node, error) {
			return partiesOf(ctx, r, all, func(one *assessment.SignOff) uuid.UUID { return one.Party })
		}),
		"Signer.member": one(func(ctx context.Context, r *Resolver, all []*assessment.Signer, _ args) ([]*db.Member, error) {
			return colleagues(ctx, r, all, func(one *assessment.Signer) uuid.UUID { return or(one.Member, uuid.Nil) })
		}),
		"ImpactAssessment.missingToPublish": passing(scored(func(s *assessment.Service, ctx context.Context, rows []*db.Assessment) ([][]*view.UserError, error) {
			all, err := s.MissingOf(ctx, rows)
			out := make([][]*view.UserError, len(all))
			for i, lacks := range all {
				out[i] = view.UserErrorsOf(lacks)
			}
			return out, err
		}, "state", "version", "level", "content_hash", "consultation_until", "subject_type", "subject_id")),
		"AssessmentForm.missingToPublish": passing(made(func(f *assessment.Form) []*view.UserError { return view.UserErrorsOf(f.Missing) })),
		"ImpactAssessment.form": one(func(ctx context.Context, r *Resolver, rows []*db.Assessment, a args) ([]*assessment.Form, error) {
			return r.Assessments.Forms(ctx, rows, or(a.text("language"), ""))
		}),
		"ImpactAssessment.answerHistory": one(func(ctx context.Context, r *Resolver, rows []*db.Assessment, a args) ([][]*assessment.Answer, error) {
			found, err := r.Assessments.History(ctx, rows, or(a.text("question"), ""))
			out := make([][]*assessment.Answer, len(rows))
			for i, row := range rows {
				out[i] = append([]*assessment.Answer{}, found[row.ID]...)
			}
			return out, err
		}),
		"Answer.author": one(func(ctx context.Context, r *Resolver, answers []*assessment.Answer, _ args) ([]*db.Member, error) {
			return colleagues(ctx, r, answers, func(a *assessment.Answer) uuid.UUID { return a.Author })
		}),
		"Answer.evidence": one(func(ctx context.Context, r *Resolver, answers []*assessment.Answer, _ args) ([][]*db.File, error) {
			return r.Assessments.EvidenceOf(ctx, answers)
		}),
		"AnswerQuestionsPayload.impactAssessment": one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([]view.Node, error) {
			return changed(ctx, r, r.nouns["assessment"], ps)
		}),
		"AnswerQuestionsPayload.appeared": toldOf(func(t assessment.Turned) []string { return t.Appeared }),
		"AnswerQuestionsPayload.vanished": toldOf(func(t assessment.Turned) []string { return t.Vanished }),
		"ImpactAssessment.comments":       under(commentsOn),
		"ImpactAssessment.viewerCan": can(func(ctx context.Context, r *Resolver, as []*db.Assessment) ([][]*policy.Decision, error) {
			return r.Assessments.Can(ctx, as)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Assessment, error) { return r.Assessments.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Assessment) ([][]*policy.Decision, error) {
			return r.Assessments.Can(ctx, rows)
		}),
	mutations: mutations{
		"draftAssessment": with(func(ctx context.Context, r *Resolver, in model.DraftAssessmentInput) (*act.Result, error) {
			of := anyID(in.Subject)
			return r.Assessments.Draft(ctx, assessment.Subject{Type: policy.Resource(of.Noun), ID: of.UUID}, key("template", in.Template), in.Title)
		}),
		"editAssessment": with(func(ctx context.Context, r *Resolver, in model.EditAssessmentInput) (*act.Result, error) {
			return r.Assessments.Edit(ctx, key("assessment", in.ID), in.Title, in.NextReviewDueAt, &in.ExpectedRevision)
		}),
		"answerQuestions": with(func(ctx context.Context, r *Resolver, in model.AnswerQuestionsInput) (*act.Result, error) {
			return r.Assessments.Answer(ctx, key("assessment", in.ID), changes(in.Answers), in.ExpectedRevision)
		}),
		"setRedactions": with(func(ctx context.Context, r *Resolver, in model.SetRedactionsInput) (*act.Result, error) {
			all := make([]assessment.Redaction, len(in.Redactions))
			for i, one := range in.Redactions {
				all[i] = assessment.Redaction{Path: one.Path, Reason: one.Reason}
			}
			return r.Assessments.Redact(ctx, key("assessment", in.ID), all, in.ExpectedRevision)
		}),
		"attachEvidence": with(func(ctx context.Context, r *Resolver, in model.AttachEvidenceInput) (*act.Result, error) {
			return r.Assessments.Attach(ctx, key("assessment", in.ID), in.Question, key("file", in.File), in.ExpectedRevision)
		}),
		"removeEvidence": with(func(ctx context.Context, r *Resolver, in model.RemoveEvidenceInput) (*act.Result, error) {
			return r.Assessments.Remove(ctx, key("assessment", in.ID), key("file", in.File), in.ExpectedRevision)
		}),
		"openConsultation": with(func(ctx context.Context, r *Resolver, in model.OpenConsultationInput) (*act.Result, error) {
			return r.Assessments.Open(ctx, key("assessment", in.ID), in.Until, in.ExpectedRevision)
		}),
		"recallAssessment": because("Reason", func(r *Resolver) reasoned { return r.Assessments.Recall }),
		"submitAssessment": on(func(r *Resolver) moving { return r.Assessments.Submit }),
		"returnAssessment": because("Reason", func(r *Resolver) reasoned { return r.Assessments.Return }),
		"appointSigner": with(func(ctx context.Context, r *Resolver, in model.AppointSignerInput) (*act.Result, error) {
			return r.Assessments.Appoint(ctx, key("assessment", in.ID), seat(in.Capacity, in.Party, in.Member), in.ExpectedRevision)
		}),
		"dismissSigner": with(func(ctx context.Context, r *Resolver, in model.DismissSignerInput) (*act.Result, error) {
			return r.Assessments.Dismiss(ctx, key("assessment", in.ID), seat(in.Capacity, in.Party, in.Member), in.Reason, in.ExpectedRevision)
		}),
		"declareConflict": because("Reason", func(r *Resolver) reasoned { return r.Assessments.DeclareConflict }),
		"signOffAssessment": with(func(ctx context.Context, r *Resolver, in model.SignOffAssessmentInput) (*act.Result, error) {
			return r.Assessments.SignOff(ctx, key("assessment", in.ID), in.Capacity, in.ContentHash, or(in.Reason, ""), in.ExpectedRevision)
		}),
		"publishAssessment":  on(func(r *Resolver) moving { return r.Assessments.Publish }),
		"withdrawAssessment": because("Reason", func(r *Resolver) reasoned { return r.Assessments.Withdraw }),
		"renewAssessment": with(func(ctx context.Context, r *Resolver, in model.RenewAssessmentInput) (*act.Result, error) {
			return r.Assessments.Renew(ctx, key("assessment", in.ID), optionalKey("template", in.UnderTemplate), in.ExpectedRevision)
		}),
		"revokeAssessment": because("Reason", func(r *Resolver) reasoned { return r.Assessments.Revoke }),
	},
	does: map[string]policy.Action{
		"answerQuestions": policy.AnswerAssessment, "attachEvidence": policy.AttachEvidence, "removeEvidence": policy.RemoveEvidence,
		"setRedactions": policy.RedactAssessment, "openConsultation": policy.OpenConsultation, "appointSigner": policy.AppointSigner, "dismissSigner": policy.DismissSigner,
		"declareConflict": policy.DeclareConflict, "signOffAssessment": policy.SignOffAssessment,
	},
	follows: follows{"impactAssessmentUpdated": followedAssessments},
}

var assessmentVersionNoun = noun{
	name:  "assessmentversion",
	types: []string{"AssessmentVersion"},
	read:  by(func(r *Resolver) many[db.AssessmentVersion] { return r.Assessments.VersionsByID }),
	edges: edges{
		"AssessmentVersion.assessment": to("assessment_id", func(r *Resolver) many[db.Assessment] { return r.Assessments.ByID }),
		"AssessmentVersion.next": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*db.AssessmentVersion, error) {
			return r.Assessments.NextVersions(ctx, ids)
		}),
	},
}

// assessmentFilter is what a client asks for.
func assessmentFilter(in model.ImpactAssessmentFilter) assessment.Filter {
	f := assessment.Filter{
		State: in.State, Level: in.Level, TemplateKey: in.TemplateKey, Sector: in.Sector, Jurisdiction: in.Jurisdiction, Text: or(in.Text, ""),
		PublishedAfter: in.PublishedAfter, PublishedBefore: in.PublishedBefore, ChangedSince: in.ChangedSince,
		Firm: optionalKey("stakeholder", in.Firm), Practice: optionalKey("practice", in.Practice),
		InRegister: or(in.InRegister, false),
	}
	if in.Subject != nil {
		id := anyID(*in.Subject)
		f.Subject = &id.UUID
	}
	for _, id := range in.Template {
		f.Template = append(f.Template, key("template", id))
	}
	return f
}

// followedAssessments follows one assessment, or all that a filter keeps.
func followedAssessments(ctx context.Context, r *Resolver, n noun, args map[string]any) (feed.Filter, error) {
	id, _ := args["id"].(*string)
	in, _ := args["filter"].(*model.FollowedAssessments)
	switch {
	case (id == nil) == (in == nil):
		return feed.Filter{}, fault.InvalidField("id", enum.UserErrorCodeExclusive, "give id or filter, one of the two")
	case id != nil:
		return around(ctx, r, n, map[string]any{"id": *id})
	}
	f := assessmentFilter(model.ImpactAssessmentFilter{
		Firm: in.Firm, Jurisdiction: in.Jurisdiction, Sector: in.Sector, Template: in.Template, TemplateKey: in.TemplateKey, Level: in.Level,
	})
	if err := r.Assessments.CheckFilter(ctx, f); err != nil {
		return feed.Filter{}, err
	}
	text, err := json.Marshal(in)
	if err != nil {
		return feed.Filter{}, fmt.Errorf("name a filter: %w", err)
	}
	return feed.Filter{Among: &feed.Among{Noun: n.name, Key: string(text), Keeps: func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
		return r.Assessments.Kept(ctx, f, ids)
	}}}, nil
}

// ofDiff is a field of a comparison that names a thing.
func ofDiff[D, R any](of func(d D) uuid.UUID, read func(r *Resolver) many[R]) edge {
	return one(func(ctx context.Context, r *Resolver, all []D, _ args) ([]*R, error) {
		ids := make([]uuid.UUID, len(all))
		for i, d := range all {
			ids[i] = of(d)
		}
		found, err := read(r)(ctx, ids)
		out := make([]*R, len(all))
		for i, id := range ids {
			out[i] = found[id]
		}
		return out, err
	})
}

// colleagues reads the members that things name, as far as the viewer may know them.
func colleagues[P any](ctx context.Context, r *Resolver, all []P, of func(P) uuid.UUID) ([]*db.Member, error) {
	ids := make([]uuid.UUID, len(all))
	for i, one := range all {
		ids[i] = of(one)
	}
	found, err := r.Privacy.ColleaguesByID(ctx, ids)
	out := make([]*db.Member, len(ids))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, err
}

// partiesOf reads the parties that things name.
func partiesOf[P any](ctx context.Context, r *Resolver, all []P, of func(P) uuid.UUID) ([]view.Node, error) {
	ids := make([]typeid.ID, len(all))
	for i, one := range all {
		ids[i] = typeid.New(string(policy.Stakeholder), of(one))
	}
	return r.nodes(ctx, ids)
}

// seat is who is to sign, as the input names them.
func seat(capacity enum.Capacity, party, member *string) assessment.Seat {
	return assessment.Seat{Capacity: capacity, Party: optionalKey("stakeholder", party), Member: optionalKey("member", member)}
}

// redactions is the field of what is withheld of an assessment.
func redactions() edge {
	e := madeFor(func(_ context.Context, _ *Resolver, row *db.Assessment) ([]*assessment.Redaction, error) {
		return assessment.RedactionsOf(row)
	})
	e.needs, e.public = []string{"redactions"}, true
	return e
}

// scored makes a field of an assessment's answers in short and its template, and of some more columns. It is the same for everybody who
// sees the assessment.
func scored[C any](read func(s *assessment.Service, ctx context.Context, rows []*db.Assessment) ([]C, error), columns ...string) edge {
	e := one(func(ctx context.Context, r *Resolver, rows []*db.Assessment, _ args) ([]C, error) {
		return read(r.Assessments, ctx, rows)
	})
	e.needs, e.public = append([]string{"id", "template_id", "given", "evidenced"}, columns...), true
	return e
}

// toldOf makes a field of what the response to answers says beside the assessment.
func toldOf(part func(assessment.Turned) []string) edge {
	return madeFor(func(_ context.Context, _ *Resolver, p *view.Payload) ([]string, error) {
		var t assessment.Turned
		if p.Result != nil && p.Result.Told != nil {
			if err := json.Unmarshal(p.Result.Told, &t); err != nil {
				return nil, fmt.Errorf("read what the answers changed: %w", err)
			}
		}
		return append([]string{}, part(t)...), nil
	})
}

func changes(in []*model.AnswerInput) []assessment.Change {
	out := make([]assessment.Change, len(in))
	for i, a := range in {
		out[i] = assessment.Change{Question: a.Question, Note: or(a.Note, ""), Expected: a.ExpectedRevision}
		if v := a.Value; v != nil {
			out[i].Value = &questionnaire.Value{Choices: v.Choices, Text: v.Text, Number: v.Number, Boolean: v.Boolean, Date: v.Date}
		}
	}
	return out
}
