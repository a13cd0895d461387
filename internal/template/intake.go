package template

import (
	"context"
	"fmt"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/ciso"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/surveyjs"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// mostImported is how many bytes a template has that is sent over the network.
const mostImported = 4 << 20

// taking is how templates are imported: a document of Plenary's own form, or what others publish.
type taking struct {
	*Service
	log intake.Log
}

// Intake is how templates are imported.
func (s *Service) Intake(l intake.Log) intake.Kind { return taking{s, l} }

func (taking) Name() string    { return "template" }
func (taking) Most() int64     { return mostImported }
func (taking) Media() []string { return []string{"application/json", "application/yaml"} }

func (taking) Options() []intake.Option {
	const other = " A template of Plenary's own form says this itself."
	return []intake.Option{
		{Name: "form", Description: "Whose form the file has; that of Plenary if it is not said.", Words: forms},
		{Name: "key", Description: "The key of the template, such as canada-aia." + other},
		{Name: "title", Description: "Its title." + other},
		{Name: "jurisdiction", Description: "Its jurisdiction, such as CA." + other},
		{Name: "source", Description: "Where it comes from." + other},
		{Name: "licence", Description: "The licence of its texts." + other},
		{Name: "activate", Description: "Whether it is put in use at once.", Words: []string{"true", "false"}},
	}
}

// forms are those of the files: our own first.
var forms = []string{"plenary", "surveyjs", "ciso"}

func (taking) Begin(ctx context.Context) error {
	return policy.Check(ctx, policy.ImportTemplate, policy.Subject{Resource: policy.Template, Facts: policy.OfThing})
}

// May decides for a jurisdiction.
func (t taking) May(ctx context.Context, tx *db.Tx, jurisdiction string) error {
	at, err := t.claims(ctx, tx, jurisdiction)
	if err != nil {
		return err
	}
	return policy.Check(ctx, policy.ImportTemplate, policy.Subject{Resource: policy.Template, Facts: at.Facts})
}

// Read reads a template in one of the forms.
func (t taking) Read(_ context.Context, from intake.Source, faults *source.Faults) (intake.Reading, error) {
	o := from.Options
	form := o.Word("form", faults, forms...)
	reading := &brought{taking: t, activate: o.True("activate", faults), notes: []string{}}
	key := o.One("key")
	var err error
	switch {
	case form == "":
		return nil, nil
	case form == "plenary":
		for _, name := range []string{"key", "title", "jurisdiction", "source", "licence"} {
			if o.One(name) != "" {
				faults.At(nil, name, source.Unsupported, "a template of Plenary's own form says this itself")
			}
		}
		reading.q, err = questionnaire.Read(from.Text)
	case key == "":
		faults.At(nil, "key", source.Required, "give the key of the template, such as canada-aia")
		return nil, nil
	case form == "surveyjs":
		var all []surveyjs.Notice
		reading.q, all, err = surveyjs.Read(from.Text, surveyjs.About{Key: key, Title: o.One("title"), Jurisdiction: o.One("jurisdiction"), Source: o.One("source"), Licence: o.One("licence")})
		for _, n := range all {
			reading.notes = append(reading.notes, n.Path+": "+n.Message)
		}
	default:
		var all []ciso.Notice
		reading.q, all, err = ciso.Read(from.Text, ciso.About{Key: key, Jurisdiction: o.One("jurisdiction")})
		for _, n := range all {
			reading.notes = append(reading.notes, n.Path+": "+n.Message)
		}
	}
	if found := source.Of(err); found != nil {
		faults.Take(found, func(f source.Fault) (source.Fault, bool) { return f, true })
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a template: %w", err)
	}
	return reading, nil
}

// brought is a template that was read.
type brought struct {
	taking
	q        *questionnaire.Template
	activate bool
	notes    []string
}

func (b *brought) Place() string   { return b.q.Document().Jurisdiction }
func (b *brought) Notes() []string { return b.notes }

// Look refuses a jurisdiction that there is not, and content that there is already.
func (b *brought) Look(ctx context.Context, tx *db.Tx, faults *source.Faults) ([]intake.Count, error) {
	wrong, err := b.wrong(ctx, tx, b.q)
	if err != nil {
		return nil, err
	}
	for _, f := range wrong {
		code := source.Invalid
		if f.Code == enum.UserErrorCodeDuplicate {
			code = source.Duplicate
		}
		faults.At(nil, f.Field, code, "%s", f.Message)
	}
	sections := len(b.q.Document().Sections)
	return []intake.Count{{What: "templates", Count: 1}, {What: "sections", Count: sections}, {What: "questions", Count: len(b.q.Keys())}}, nil
}

// Write keeps the template, and puts it in use if that was asked for.
func (b *brought) Write(ctx context.Context, tx *db.Tx, progress intake.Progress) ([]string, error) {
	actor := policy.ActorFrom(ctx)
	row, err := b.save(ctx, tx, b.q)
	if err != nil {
		return nil, err
	}
	acts := []string{"template.imported"}
	if _, err := b.log.Append(ctx, tx, actor, entry(acts[0], row)); err != nil {
		return nil, err
	}
	if b.activate {
		if err := policy.Check(ctx, policy.ActivateTemplate, b.Subject(actor, row)); err != nil {
			return nil, err
		}
		if row, err = b.activated(ctx, row); err != nil {
			return nil, err
		}
		if _, err := b.log.Append(ctx, tx, actor, entry("template.activated", row)); err != nil {
			return nil, err
		}
	}
	progress(intake.Saved, 1, 1)
	return []string{fmt.Sprintf("%s %s %s, %d questions, sha256 %s", row.GlobalID(), row.Reference, row.State, len(b.q.Keys()), row.ContentHash)}, nil
}
