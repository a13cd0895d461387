package journey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/cjml"
	"github.com/plenary-dialogue/plenary/internal/eventlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// mostImportedBytes is how large a file may be that is sent over the network. It is counted, and not kept.
const mostImportedBytes = 64 << 20

// taking is how journeys are imported: planned ones from CJML, actual ones from logs of events.
type taking struct{ *Service }

// Intake is how journeys are imported.
func (s *Service) Intake() intake.Kind { return taking{s} }

func (taking) Name() string { return "journey" }
func (taking) Most() int64  { return mostImportedBytes }
func (taking) Media() []string {
	return []string{"application/xml", "text/csv"}
}

func (taking) Options() []intake.Option {
	return []intake.Option{
		{Name: "form", Description: "What the file is: a planned journey in CJML, or a log of events in XES or CSV.", Words: forms},
		{Name: "name", Description: "What the journey is, in one line of at most 200 characters."},
		{Name: "plan", Description: "The id of the planned journey that a log is compared with.", Names: true},
		{Name: "mapping", Description: "For CSV: the columns as a JSON object: case, activity, time and, if there is one, transition."},
		{Name: "firm", Description: "For operators: the id of the firm whose journey it is. Over the network it is the sender's."},
	}
}

var forms = []string{"cjml", "xes", "csv"}

func (taking) Begin(ctx context.Context) error {
	return policy.Check(ctx, policy.ImportJourney, policy.Subject{Resource: policy.Journey})
}

// May decides for the plan with which a log is compared.
func (t taking) May(ctx context.Context, tx *db.Tx, place string) error {
	if err := t.Begin(ctx); err != nil || place == "" {
		return err
	}
	id, err := typeid.Parse("journey", place)
	if err != nil {
		return fault.MissingField("plan")
	}
	plan, err := t.Load(ctx, tx, id)
	switch {
	case db.IsNotFound(err) || fault.Is(err, fault.NotFound):
		return fault.MissingField("plan")
	case err != nil:
		return fmt.Errorf("load the plan: %w", err)
	case plan.Mode != enum.JourneyModePlanned:
		return fault.InvalidField("plan", enum.UserErrorCodeNotApplicable, "a log is compared with a planned journey")
	}
	return nil
}

// kept is what is kept of a file.
type kept struct {
	Steps   []Step            `json:"steps,omitempty"`
	Walked  *eventlog.Reduced `json:"walked,omitempty"`
	Mapping json.RawMessage   `json:"mapping,omitempty"`
	Notes   []string          `json:"notes"`
	SHA256  string            `json:"sha256"`
}

// Reduce reads a plan, or counts the paths of a log.
func (t taking) Reduce(_ context.Context, file io.Reader, o intake.Options, faults *source.Faults) ([]byte, error) {
	form := o.Word("form", faults, forms...)
	var columns *eventlog.Mapping
	switch mapping := o.One("mapping"); {
	case form == "csv" && mapping == "":
		faults.At(nil, "mapping", source.Required, "say which columns hold the case, the activity and the time")
	case form == "csv":
		columns = eventlog.ParseMapping([]byte(mapping), faults)
	case mapping != "":
		faults.At(nil, "mapping", source.Unsupported, "only a log in CSV has a mapping")
	}
	if form == "cjml" && o.One("plan") != "" {
		faults.At(nil, "plan", source.Unsupported, "a planned journey is compared with nothing")
	}
	var f fault.Form
	f.Line("name", o.One("name"), mostName)
	note(faults, f.Err())
	if faults.Count > 0 {
		return nil, nil
	}
	sum, k := sha256.New(), kept{Notes: []string{}}
	file = io.TeeReader(file, sum)
	if form == "cjml" {
		k.plan(cjml.Read(file, faults))
	} else {
		var log *eventlog.Log
		if form == "xes" {
			log = eventlog.ReadXES(file, faults)
		} else {
			log = eventlog.ReadCSV(file, columns, faults)
			k.Mapping = json.RawMessage(o.One("mapping"))
		}
		k.walk(log)
	}
	if faults.Count > 0 {
		return nil, nil
	}
	if _, err := io.Copy(io.Discard, file); err != nil {
		return nil, fmt.Errorf("read the rest of a file: %w", err)
	}
	k.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return json.Marshal(k)
}

func (k *kept) plan(j *cjml.Journey) {
	if j == nil {
		return
	}
	k.Notes = append(k.Notes, j.Notes...)
	for _, p := range j.Touchpoints {
		k.Steps = append(k.Steps, Step{
			Name: p.Name, Kind: enum.TouchpointKind(p.Kind), Initiator: enum.Initiator(p.Initiator), Channel: enum.Channel(p.Channel), Weight: 1, Stimulus: p.Receives,
		})
	}
}

func (k *kept) walk(log *eventlog.Log) {
	if log == nil {
		return
	}
	if log.Passed > 0 {
		k.Notes = append(k.Notes, fmt.Sprintf("%d events that complete no activity are passed over", log.Passed))
	}
	if log.Empty > 0 {
		k.Notes = append(k.Notes, fmt.Sprintf("%d cases without a completed activity are left out", log.Empty))
	}
	walked := log.Reduce()
	switch {
	case walked.Hidden:
		k.Notes = append(k.Notes, "nothing is shown of a log of fewer than 5 cases")
	case walked.Rest > 0:
		k.Notes = append(k.Notes, fmt.Sprintf("%d cases took rarer paths, which are kept as this number alone", walked.Rest))
	}
	if walked.Hidden { // nor is it kept
		walked.Paths, walked.Rest = nil, 0
	}
	k.Walked = &walked
}

// note notes what is wrong with an input as mistakes of a file.
func note(faults *source.Faults, err error) {
	for _, f := range fault.All(err) {
		faults.Add(source.Fault{Path: f.Field, Code: source.Code(f.UserCode()), Message: f.Message})
	}
}

// Read reads what was kept of a file.
func (t taking) Read(ctx context.Context, from intake.Source, faults *source.Faults) (intake.Reading, error) {
	r := &reading{taking: t, place: from.Options.One("plan")}
	if err := json.Unmarshal(from.Text, &r.kept); err != nil {
		return nil, fmt.Errorf("read what was kept of a file: %w", err)
	}
	r.words = Words{Name: from.Options.One("name"), Steps: r.Steps}
	a, firm := policy.ActorFrom(ctx), from.Options.One("firm")
	switch {
	case a.System == "" && firm != "":
		faults.At(nil, "firm", source.Unsupported, "it is a journey of the sender's firm")
	case a.System == "":
		r.firm = a.Stakeholder
	case firm == "":
		faults.At(nil, "firm", source.Required, "say whose journey it is")
	default:
		id, err := typeid.Parse("stakeholder", firm)
		if err != nil {
			faults.At(nil, "firm", source.Invalid, "there is no such firm")
		}
		r.firm = id
	}
	return r, nil
}

// reading is a file that was read.
type reading struct {
	taking
	kept
	place string
	plan  *uuid.UUID // that place names
	firm  uuid.UUID
	words Words
}

func (r *reading) Place() string   { return r.place }
func (r *reading) Notes() []string { return r.kept.Notes }

// Look checks what the journey would say.
func (r *reading) Look(ctx context.Context, tx *db.Tx, faults *source.Faults) ([]intake.Count, error) {
	firm, err := tx.Stakeholder.Query().Where(stakeholder.ID(r.firm), stakeholder.Kind(enum.StakeholderKindFirm)).Exist(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for the firm: %w", err)
	}
	if !firm {
		faults.At(nil, "firm", source.Invalid, "there is no such firm")
	}
	if err := r.lookAtPlan(ctx, tx, faults); err != nil {
		return nil, err
	}
	if r.Walked == nil {
		if r.words, err = r.words.Check(r.clock.Now(), nil); fault.Of(err) != nil {
			note(faults, err)
			err = nil
		}
		return []intake.Count{{What: "touchpoints", Count: len(r.words.Steps)}}, err
	}
	return []intake.Count{{What: "cases", Count: int(r.Walked.Cases())}, {What: "paths", Count: len(r.Walked.Paths)}}, nil
}

// lookAtPlan: a log is compared with a plan of the firm whose it is, whoever brings it.
func (r *reading) lookAtPlan(ctx context.Context, tx *db.Tx, faults *source.Faults) error {
	if r.place == "" {
		return nil
	}
	id, err := typeid.Parse("journey", r.place)
	if err != nil {
		return fault.MissingField("plan")
	}
	plan, err := tx.Journey.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("load the plan: %w", err)
	}
	if r.plan = &plan.ID; plan.FirmID != r.firm {
		faults.At(nil, "plan", source.Code(enum.UserErrorCodeOwner), "a log is compared with a plan of the same firm")
	}
	return nil
}

// Write writes the journey as a draft.
func (r *reading) Write(ctx context.Context, tx *db.Tx, _ intake.Progress) ([]string, error) {
	now := r.clock.Now()
	create := tx.Journey.Create().SetFirmID(r.firm).SetName(r.words.Name).SetMode(enum.JourneyModePlanned).SetFileHash(r.SHA256).SetCreatedAt(now).SetUpdatedAt(now)
	if r.Walked != nil {
		text, err := json.Marshal(r.Walked.Paths)
		if err != nil {
			return nil, err
		}
		create.SetMode(enum.JourneyModeActual).SetWalked(text).SetNillablePlanID(r.plan)
		if !r.Walked.Hidden {
			create.SetCases(int(r.Walked.Cases())).SetOtherCases(int(r.Walked.Rest))
		}
		if r.Mapping != nil {
			create.SetMapping(r.Mapping)
		}
	}
	row, err := create.Save(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := r.put(ctx, tx, row.ID, nil, r.words.Steps, now); err != nil {
		return nil, err
	}
	if _, err := r.log.Append(ctx, tx, policy.ActorFrom(ctx), entry("journey.imported", placed{row})); err != nil {
		return nil, err
	}
	return []string{fmt.Sprintf("%s: %s, as a draft", row.GlobalID(), row.Name)}, nil
}
