package main

import (
	"context"
	"os"

	"github.com/plenary-dialogue/plenary/internal/intake"
)

type importJourneyCmd struct {
	importFlags
	File    string `arg:"" help:"A planned journey in CJML, or a log of events in XES (IEEE 1849) or CSV." type:"existingfile"`
	Form    string `enum:"cjml,xes,csv" required:"" help:"What the file is: cjml, xes or csv."`
	Name    string `required:"" help:"What the journey is, in one line."`
	Plan    string `help:"The id of the planned journey that a log is compared with." placeholder:"ID"`
	Mapping string `help:"For CSV: a JSON file that names the columns case, activity, time and, if there is one, transition." type:"existingfile" placeholder:"FILE"`
	Firm    string `help:"The id of the firm whose journey it is, where it is written into a database; over the network it is the token's." placeholder:"ID"`
}

// Run imports a journey as a draft. A log is counted as it is read: no case of it is kept.
func (c *importJourneyCmd) Run(ctx context.Context, s streams) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	options := intake.Options{"form": {c.Form}, "name": {c.Name}}
	for name, value := range map[string]string{"plan": c.Plan, "firm": c.Firm} {
		if value != "" {
			options[name] = []string{value}
		}
	}
	if c.Mapping != "" {
		text, err := os.ReadFile(c.Mapping)
		if err != nil {
			return err
		}
		options["mapping"] = []string{string(text)}
	}
	return c.put(ctx, s, importedFile{kind: "journey", name: c.File, from: intake.Source{Options: options}, file: file})
}
