package export

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// mostValues is how often a filter may be given, as in lists of the API.
const mostValues = 50

// parameter is a filter.
type parameter struct {
	about  string
	many   bool
	schema openapi.Schema
	read   func(f *assessment.Filter, values []string) error
}

// parameters are the filters by their names, which are those of the API.
var parameters = map[string]parameter{
	"firm": {"Assessments of this firm.", false, openapi.ID("stakeholder", ""), func(f *assessment.Filter, values []string) error {
		ids, err := ids("firm", "stakeholder", values)
		if err == nil && len(ids) > 1 {
			err = fault.InvalidField("firm", "", "name one firm")
		}
		if err == nil {
			f.Firm = &ids[0]
		}
		return err
	}},
	"template": {"By one of these templates.", true, openapi.ID("template", ""), func(f *assessment.Filter, values []string) (err error) {
		f.Template, err = ids("template", "template", values)
		return err
	}},
	"templateKey": {"By a version of one of these templates.", true, openapi.Text(""), func(f *assessment.Filter, values []string) error {
		f.TemplateKey = values
		return nil
	}},
	"jurisdiction": {"Of firms of one of these jurisdictions.", true, openapi.Text(""), func(f *assessment.Filter, values []string) error {
		f.Jurisdiction = values
		return nil
	}},
	"sector": {"Of firms of one of these sectors.", true, openapi.Text(""), func(f *assessment.Filter, values []string) error {
		f.Sector = values
		return nil
	}},
	"level": {"Of one of these levels.", true, openapi.Word("", levels...), func(f *assessment.Filter, values []string) (err error) {
		f.Level, err = words("level", values, levels)
		return err
	}},
	"state": {"In one of these states.", true, openapi.Word("", states...), func(f *assessment.Filter, values []string) (err error) {
		f.State, err = words("state", values, states)
		return err
	}},
	"publishedAfter": {"Published after this time.", false, openapi.Time(""), func(f *assessment.Filter, values []string) (err error) {
		f.PublishedAfter, err = moment("publishedAfter", values)
		return err
	}},
	"publishedBefore": {"Published before this time.", false, openapi.Time(""), func(f *assessment.Filter, values []string) (err error) {
		f.PublishedBefore, err = moment("publishedBefore", values)
		return err
	}},
}

var (
	levels = []enum.ImpactLevel{enum.ImpactLevelI, enum.ImpactLevelIi, enum.ImpactLevelIii, enum.ImpactLevelIv}
	states = []enum.ImpactAssessmentState{
		enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateInConsultation, enum.ImpactAssessmentStateInReview,
		enum.ImpactAssessmentStateChangesRequested, enum.ImpactAssessmentStateApproved, enum.ImpactAssessmentStatePublished,
		enum.ImpactAssessmentStateOutdated, enum.ImpactAssessmentStateSuperseded, enum.ImpactAssessmentStateWithdrawn,
		enum.ImpactAssessmentStateRevoked,
	}
)

// Names are those of the filters.
func Names() []string { return slices.Sorted(maps.Keys(parameters)) }

// read reads the filters and the cursor of a request. key is the same for requests that filter the same.
func read(query url.Values) (f assessment.Filter, since, key string, err error) {
	given := url.Values{}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		values := query[name]
		if name == "since" {
			if len(values) != 1 || values[0] == "" {
				return f, "", "", fault.InvalidField(name, "", "give one cursor, as an export before had it")
			}
			since = values[0]
			continue
		}
		p, ok := parameters[name]
		if !ok {
			return f, "", "", fault.InvalidField(name, "", "there is no such parameter: there are since, %s", strings.Join(Names(), ", "))
		}
		if slices.Contains(values, "") || len(values) > mostValues {
			return f, "", "", fault.InvalidField(name, "", "give 1 to %d values that are not empty", mostValues)
		}
		if err := p.read(&f, values); err != nil {
			return f, "", "", err
		}
		given[name] = slices.Compact(slices.Sorted(slices.Values(values)))
	}
	return f, since, given.Encode(), nil
}

func ids(name, noun string, values []string) ([]uuid.UUID, error) {
	all := make([]uuid.UUID, len(values))
	for i, v := range values {
		id, err := typeid.Parse(noun, v)
		if err != nil {
			return nil, fault.InvalidField(name, "", "this is not the id of a %s", noun)
		}
		all[i] = id
	}
	return all, nil
}

func words[W ~string](name string, values []string, known []W) ([]W, error) {
	all := make([]W, len(values))
	for i, v := range values {
		if all[i] = W(v); !slices.Contains(known, all[i]) {
			return nil, fault.InvalidField(name, "", "this is none of %s", strings.Trim(fmt.Sprint(known), "[]"))
		}
	}
	return all, nil
}

func moment(name string, values []string) (*time.Time, error) {
	at, err := time.Parse(time.RFC3339, values[0])
	if err != nil || len(values) > 1 {
		return nil, fault.InvalidField(name, "", "give one time as RFC 3339 has it, such as 2026-11-28T00:00:00Z")
	}
	return &at, nil
}
