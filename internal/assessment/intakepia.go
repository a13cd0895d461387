package assessment

import (
	"context"
	"fmt"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/pia"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// pia reads an export of the CNIL's PIA software as an assessment of the shipped skeleton with its number keys. What the skeleton does
// not ask is kept beside the answers: measures, evaluations and opinions. Names of persons are not taken over.
func (r *reading) pia(ctx context.Context, from intake.Source, faults *source.Faults) error {
	if len(from.Options["template"]) > 0 {
		faults.At(nil, "template", source.Unsupported, "an export of the PIA software answers the template that ships for it: name none")
	}
	read, err := pia.Read(from.Text)
	if found := source.Of(err); found != nil {
		faults.Take(found, func(f source.Fault) (source.Fault, bool) { return f, true })
		return nil
	}
	if err != nil {
		return fmt.Errorf("read an export of the PIA software: %w", err)
	}
	skeleton, err := pia.Skeleton()
	if err != nil {
		return err
	}
	row, err := r.templates.ByName(ctx, "content_hash", skeleton.Hash())
	switch {
	case err != nil:
		return err
	case row == nil:
		faults.At(nil, "template", source.Invalid, "the template that ships for such exports is not in use here")
		return nil
	}
	one := brought{title: read.Title, template: row.ID, answers: read.Answers, kept: append(read.Kept, besides(read)...), notes: notesOf(read, faults)}
	w, err := Words{Title: one.title}.Check()
	for _, f := range fault.All(err) {
		faults.At(nil, "pia.name", source.Invalid, "%s", f.Message)
	}
	one.title = w.Title
	r.all, r.notes = append(r.all, one), append(r.notes, losses(read)...)
	return nil
}

// notesOf are the comments on answers, by question.
func notesOf(read *pia.Import, faults *source.Faults) map[string]string {
	notes := map[string]string{}
	for _, n := range read.Notes {
		if _, answered := read.Answers[n.Question]; answered {
			notes[n.Question] = strings.TrimPrefix(notes[n.Question]+"\n\n"+n.Text, "\n\n")
		}
	}
	for key, text := range notes {
		var form fault.Form
		form.OptionalText(key, text, longestNote)
		for _, f := range fault.All(form.Err()) {
			faults.At(nil, "comments."+key, source.Invalid, "%s", f.Message)
		}
	}
	return notes
}

// besides is what an export says and the skeleton does not ask.
func besides(read *pia.Import) []questionnaire.Kept {
	var all []questionnaire.Kept
	keep := func(name, why string, parts ...string) {
		var said []string
		for _, p := range parts {
			if p != "" {
				said = append(said, p)
			}
		}
		if len(said) > 0 {
			all = append(all, questionnaire.Kept{Question: name, Value: questionnaire.Said(strings.Join(said, "\n")), Code: source.NoSuchKey, Why: why})
		}
	}
	for i, m := range read.Measures {
		keep(fmt.Sprintf("measures.%d", i+1), "a measure is no answer", m.Title, m.Text)
	}
	for i, e := range read.Evaluations {
		of := e.Section + e.Question
		if e.Measure >= 0 {
			of = fmt.Sprintf("measures.%d", e.Measure+1)
		}
		keep(fmt.Sprintf("evaluations.%d", i+1), "an evaluation is no answer", strings.TrimSpace(of+" "+string(e.Status)), e.Comment, e.ActionPlan, e.DueAt)
	}
	for i, o := range read.Opinions {
		keep(fmt.Sprintf("opinions.%d", i+1), "an opinion is no answer", string(o.Side)+" "+string(o.Stance), o.Text)
	}
	for i, n := range read.Notes {
		if _, answered := read.Answers[n.Question]; !answered {
			keep(fmt.Sprintf("comments.%d", i+1), "a comment without an answer", n.Question, n.Text)
		}
	}
	for _, risk := range read.Risks {
		if risk.Residual != (pia.Rating{}) {
			keep("residual."+risk.Section, "what is left of a risk is rated anew here", fmt.Sprintf("severity %d, likelihood %d", risk.Residual.Severity, risk.Residual.Likelihood))
		}
	}
	keep("not-asked", "why the people concerned were not asked", read.NotAsked)
	keep("rejection", "why the assessment was sent back", read.Rejection)
	keep("adjustments", "what was changed since", read.Adjustments)
	return all
}

// losses say what of an export is not taken over.
func losses(read *pia.Import) []string {
	var all []string
	for _, n := range read.Notices {
		all = append(all, n.Path+": "+n.Message)
	}
	named := read.People != (pia.People{})
	for _, e := range read.Evaluations {
		named = named || e.InCharge != ""
	}
	for _, o := range read.Opinions {
		named = named || o.Names != ""
	}
	if named {
		all = append(all, "the names of persons are not taken over")
	}
	if n := len(read.Attachments); n > 0 {
		all = append(all, fmt.Sprintf("attachments: %d files are not taken over: send those that show an answer with POST /files, and attach them", n))
	}
	return all
}
