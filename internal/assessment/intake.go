package assessment

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// mostImportedBytes is how large a file of assessments may be, and mostImported how many it may hold.
	mostImportedBytes = 20 << 20
	mostImported      = 1000
)

// taking is how assessments are imported: of one practice or proposal of a firm, as its drafts.
type taking struct{ *Service }

// Intake is how assessments are imported.
func (s *Service) Intake() intake.Kind { return taking{s} }

func (taking) Name() string { return "assessment" }
func (taking) Most() int64  { return mostImportedBytes }
func (taking) Media() []string {
	return []string{"application/jsonl", "application/json", "application/zip"}
}

func (taking) Options() []intake.Option {
	return []intake.Option{
		{Name: "form", Description: "Whose form the file has; that of Plenary if it is not said.", Words: forms},
		{Name: "subject", Description: "The id of the practice or proposal that the assessments are of.", Names: true},
		{Name: "template", Description: "VERSION=KEY@N: the template of a version that the file names; `*` stands for all others.", Repeated: true},
	}
}

// forms are those of the files: our own first.
var forms = []string{"plenary", "pia"}

func (taking) Begin(ctx context.Context) error {
	return policy.Check(ctx, policy.ImportAssessment, policy.Subject{Resource: policy.Assessment, Facts: policy.These(policy.Own)})
}

// May decides for what is assessed, by its id.
func (t taking) May(ctx context.Context, tx *db.Tx, place string) error {
	of, err := typeid.ParseAny(place)
	if err != nil {
		return fault.MissingField("subject")
	}
	at, err := t.place(ctx, tx, Subject{Type: policy.Resource(of.Noun), ID: of.UUID})
	switch {
	case fault.Is(err, fault.NotFound) || db.IsNotFound(err):
		return fault.MissingField("subject")
	case err != nil:
		return fmt.Errorf("load what is assessed: %w", err)
	case policy.ActorFrom(ctx).System == "" && at.Check() != nil:
		return fault.MissingField("subject")
	}
	return policy.Check(ctx, policy.ImportAssessment, policy.Subject{Resource: policy.Assessment, Facts: at.Facts})
}

// Read reads the assessments of a file.
func (t taking) Read(ctx context.Context, from intake.Source, faults *source.Faults) (intake.Reading, error) {
	r := &reading{taking: t, place: from.Options.One("subject"), notes: []string{}}
	of, err := typeid.ParseAny(r.place)
	if err != nil {
		faults.At(nil, "subject", source.Required, "give the id of the practice or the proposal that is assessed")
		return nil, nil
	}
	r.of = Subject{Type: policy.Resource(of.Noun), ID: of.UUID}
	switch from.Options.Word("form", faults, forms...) {
	case "plenary":
		err = r.lines(ctx, from, faults)
	case "pia":
		err = r.pia(ctx, from, faults)
	default:
		err = nil
	}
	return r, err
}

// reading are assessments that were read.
type reading struct {
	taking
	place string
	of    Subject
	all   []brought
	notes []string
}

func (r *reading) Place() string   { return r.place }
func (r *reading) Notes() []string { return r.notes }

// Look refuses templates that are not in use, and counts what would come.
func (r *reading) Look(ctx context.Context, tx *db.Tx, faults *source.Faults) ([]intake.Count, error) {
	answers, kept := 0, 0
	looked := map[uuid.UUID]bool{}
	for _, one := range r.all {
		answers, kept = answers+len(one.answers), kept+len(one.kept)
		if looked[one.template] {
			continue
		}
		looked[one.template] = true
		_, err := r.inUse(ctx, tx, one.template)
		switch f := fault.Of(err); {
		case err == nil:
		case f != nil && (f.Kind == fault.State || f.Kind == fault.NotFound):
			faults.At(nil, "template", source.Invalid, "%s", f.Message)
		default:
			return nil, err
		}
	}
	return []intake.Count{{What: "assessments", Count: len(r.all)}, {What: "answers", Count: answers}, {What: "answers without a place", Count: kept}}, nil
}

// Write keeps the assessments as drafts of their firm.
func (r *reading) Write(ctx context.Context, tx *db.Tx, progress intake.Progress) ([]string, error) {
	at, err := r.taking.place(ctx, tx, r.of)
	if err != nil {
		return nil, fmt.Errorf("load what is assessed: %w", err)
	}
	results := make([]string, len(r.all))
	for i, one := range r.all {
		p, err := r.bring(ctx, tx, r.of, placed{subject: at, hands: new(hands)}, one)
		if err != nil {
			return nil, fmt.Errorf("assessment %d: %w", i+1, err)
		}
		if _, err := r.log.Append(ctx, tx, policy.ActorFrom(ctx), entry("assessment.imported", p)); err != nil {
			return nil, err
		}
		summary, err := r.summary(ctx, p.Assessment)
		if err != nil {
			return nil, err
		}
		results[i] = fmt.Sprintf("%s %s: %s", p.GlobalID(), p.Title, summary)
		progress(intake.Saved, i+1, len(r.all))
	}
	return results, nil
}

// lines reads JSON Lines: an assessment a line, with title, version and answers.
func (r *reading) lines(ctx context.Context, from intake.Source, faults *source.Faults) error {
	templates, known := templatesOf(from.Options["template"], faults), map[string]*db.Template{}
	for version, reference := range templates {
		row, err := r.templates.ByName(ctx, "reference", strings.ToLower(reference))
		switch {
		case err != nil:
			return err
		case row == nil:
			faults.At(nil, "template", source.Invalid, "there is no template %s", source.Excerpt(reference))
		}
		known[version] = row
	}
	n := 0
	for line := range bytes.Lines(from.Text) {
		if n++; len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if len(r.all) == mostImported {
			faults.Add(source.Fault{Line: n, Code: source.TooMany, Message: fmt.Sprintf("a file holds at most %d assessments", mostImported)})
			return nil
		}
		if err := r.line(ctx, n, line, known, faults); err != nil {
			return err
		}
	}
	if len(r.all) == 0 && faults.Count == 0 {
		faults.At(nil, "", source.Required, "there is no assessment in the file")
	}
	return nil
}

// templatesOf are the references of templates by the version that a file names; * stands for all that are not named.
func templatesOf(given []string, faults *source.Faults) map[string]string {
	all := map[string]string{}
	for _, one := range given {
		version, reference, ok := strings.Cut(one, "=")
		if !ok {
			version, reference = "*", one
		}
		all[version] = reference
	}
	if len(all) == 0 {
		faults.At(nil, "template", source.Required, "say which template a version of the file names, such as v1.0.1=canada-aia@4; with the version * for all that are not named")
	}
	return all
}

// line reads one assessment.
func (r *reading) line(ctx context.Context, n int, text []byte, known map[string]*db.Template, faults *source.Faults) error {
	var found source.Faults
	root := source.JSON(text, questionnaire.DocumentLimits, &found)
	say := func(path string, code source.Code, format string, args ...any) {
		found.At(root, path, code, format, args...)
	}
	switch {
	case root == nil:
	case root.Kind != source.Object:
		say("", source.WrongType, "an assessment is an object of title, version and answers")
	default:
		one, err := r.object(ctx, root, known, say)
		if err != nil {
			return err
		}
		r.all = append(r.all, one)
	}
	faults.Take(&found, func(f source.Fault) (source.Fault, bool) {
		f.Line = n // a line of JSON Lines is one of the file
		return f, true
	})
	return nil
}

func (r *reading) object(
	ctx context.Context, root *source.Node, known map[string]*db.Template, say func(path string, code source.Code, format string, args ...any),
) (one brought, err error) {
	text := func(name string) string {
		if n := root.Get(name); n != nil {
			return n.Text
		}
		return ""
	}
	one.title = cmp.Or(text("title"), text("id"), "Imported")
	w, err := Words{Title: one.title}.Check()
	for _, f := range fault.All(err) {
		code := source.Invalid
		if f.Code == enum.UserErrorCodeTooLong {
			code = source.TooLong
		}
		say("title", code, "%s", f.Message)
	}
	one.title = w.Title
	row, named := known[text("version")]
	if !named {
		row, named = known["*"]
	}
	given := root.Get("answers")
	switch {
	case !named && len(known) > 0:
		say("version", source.Unknown, "no template is named for the version %q", source.Excerpt(text("version")))
	case given == nil:
		say("answers", source.Required, "there are no answers")
	case given.Kind != source.Object:
		say("answers", source.WrongType, "answers are an object of values by question, not %s", given.Kind)
	case row != nil:
		asked, err := r.templates.Questionnaires(ctx, []uuid.UUID{row.ID})
		if err != nil {
			return one, err
		}
		one.template = row.ID
		one.answers, one.kept = asked[row.ID].ImportPlain(given)
	}
	return one, nil
}
