package main

import (
	"context"
	"os"

	"github.com/plenary-dialogue/plenary/internal/intake"
)

type importAssessmentCmd struct {
	importFlags
	File     string   `arg:"" help:"JSON Lines, one assessment a line: title, version, and answers as an object of question and option, options, text, number or truth. Or an export of the CNIL's PIA software, JSON or zip." type:"existingfile"`
	Form     string   `enum:"plenary,pia" default:"plenary" help:"What the file is: assessments in lines, or an export of the PIA software."`
	Subject  string   `required:"" help:"The id of the practice or the proposal that they assess."`
	Template []string `help:"The template that a version of the file names, such as v1.0.1=canada-aia@4; with the version * for all that are not named. For assessments in lines." placeholder:"VERSION=KEY@N"`
}

// Run imports all assessments of the file or, on an error, none. Answers without a place in the template are kept and listed.
func (c *importAssessmentCmd) Run(ctx context.Context, s streams) error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	options := intake.Options{"form": {c.Form}, "subject": {c.Subject}}
	if len(c.Template) > 0 {
		options["template"] = c.Template
	}
	return c.put(ctx, s, importedFile{kind: "assessment", name: c.File, from: intake.Source{Text: text, Options: options}})
}
