package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/ciso"
	tree "github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/surveyjs"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

type importTemplateCmd struct {
	databaseFlags
	File         string `arg:"" help:"The file to import." type:"existingfile"`
	Form         string `enum:"plenary,surveyjs,ciso" default:"plenary" help:"What the file is: a template of Plenary's own form, a SurveyJS questionnaire such as Canada's AIA, or a framework library of CISO Assistant."`
	Key          string `help:"The key of the template; for the forms of others."`
	Title        string `help:"The title of a SurveyJS questionnaire that has none."`
	Jurisdiction string `help:"Where the template is made for: a code of ISO 3166, or EU; for the forms of others."`
	Source       string `help:"Where a SurveyJS questionnaire comes from."`
	Licence      string `help:"Under what terms a SurveyJS questionnaire may be used."`
	Activate     bool   `help:"Put it in use at once."`
}

// Run imports a template or, on an error, nothing. What the form of another cannot say here is named, all of it at once.
func (c *importTemplateCmd) Run(ctx context.Context, s streams) error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	q, notices, err := c.read(text)
	if found := tree.Of(err); found != nil {
		for _, f := range found.Listed {
			fmt.Fprintf(s.err, "%s:%d: %s: %s: %s\n", c.File, f.Line, f.Path, f.Code, f.Message)
		}
		return fmt.Errorf("nothing was imported: mistakes in %s: %d", c.File, found.Count)
	}
	if err != nil {
		return err
	}
	for _, n := range notices {
		fmt.Fprintln(s.err, "note: "+n)
	}
	st, log, ring, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	d, err := domains.New(st, log, systemClock, webhook.Options{Sealer: ring})
	if err != nil {
		return err
	}
	row, err := c.keep(policy.WithActor(ctx, policy.SystemActor("import")), d, q)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s %s %s, %d questions, sha256 %s\n", row.GlobalID(), row.Reference, row.State, len(q.Keys()), row.ContentHash)
	return drain(ctx, log)
}

func (c *importTemplateCmd) read(text []byte) (q *questionnaire.Template, notices []string, err error) {
	switch {
	case c.Form == "plenary":
		if c.Key != "" || c.Title != "" || c.Jurisdiction != "" {
			return nil, nil, errors.New("a template of Plenary's own form says its key, title and jurisdiction itself")
		}
		q, err = questionnaire.Read(text)
	case c.Key == "":
		return nil, nil, errors.New("give the key of the template with --key, such as canada-aia")
	case c.Form == "surveyjs":
		var all []surveyjs.Notice
		q, all, err = surveyjs.Read(text, surveyjs.About{Key: c.Key, Title: c.Title, Jurisdiction: c.Jurisdiction, Source: c.Source, Licence: c.Licence})
		for _, n := range all {
			notices = append(notices, n.Path+": "+n.Message)
		}
	default:
		var all []ciso.Notice
		q, all, err = ciso.Read(text, ciso.About{Key: c.Key, Jurisdiction: c.Jurisdiction})
		for _, n := range all {
			notices = append(notices, n.Path+": "+n.Message)
		}
	}
	return q, notices, err
}

func (c *importTemplateCmd) keep(ctx context.Context, d *domains.Domains, q *questionnaire.Template) (*db.Template, error) {
	made, err := d.Templates.Import(ctx, q)
	if err != nil {
		return nil, err
	}
	if c.Activate {
		if _, err := d.Templates.Activate(ctx, made.Subject, nil); err != nil {
			return nil, err
		}
	}
	return d.Templates.Store.Client().Template.Get(ctx, made.Subject)
}
