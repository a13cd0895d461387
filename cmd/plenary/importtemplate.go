package main

import (
	"context"
	"os"
	"strconv"

	"github.com/plenary-dialogue/plenary/internal/intake"
)

type importTemplateCmd struct {
	importFlags
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
	options := intake.Options{"form": {c.Form}}
	for name, value := range map[string]string{"key": c.Key, "title": c.Title, "jurisdiction": c.Jurisdiction, "source": c.Source, "licence": c.Licence} {
		if value != "" {
			options[name] = []string{value}
		}
	}
	if c.Activate {
		options["activate"] = []string{strconv.FormatBool(true)}
	}
	return c.put(ctx, s, importedFile{kind: "template", name: c.File, from: intake.Source{Text: text, Options: options}})
}
