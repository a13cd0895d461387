package survey_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/survey"
)

var now = time.Date(2026, 4, 20, 12, 0, 0, 0, time.UTC)

func mapping(t testing.TB, text string) *survey.Mapping {
	t.Helper()
	var faults source.Faults
	m := survey.ParseMapping([]byte(text), &faults)
	if m == nil {
		t.Fatalf("mapping: %+v", faults.Listed)
	}
	return m
}

func read(t testing.TB, m *survey.Mapping, file string) *survey.Table {
	t.Helper()
	var faults source.Faults
	table := survey.Read(strings.NewReader(file), m, survey.Options{Now: now}, &faults)
	if table == nil {
		t.Fatalf("read: %+v", faults.Listed)
	}
	return table
}

// flat writes cells a line each.
func flat(t *survey.Table) (all []string) {
	for _, c := range t.Cells {
		for _, v := range c.Counts.Values() {
			all = append(all, fmt.Sprintf("%s %s %s %s %s %s %s %d: %d",
				c.Touchpoint, c.Side, c.Aspect, c.Instrument, c.Dimension, c.Month, c.Cohort, v, c.Counts[v]))
		}
	}
	return all
}

const qualtricsMapping = `{"format": "QUALTRICS", "source": "Guests", "values": [
	{"column": "Q1", "touchpoint": "booking", "side": "CUSTOMER", "instrument": "NPS"}]}`

func TestQualtrics(t *testing.T) {
	file := string(shareddata.Read(t, "experience", "surveys", "qualtrics.csv"))
	var want struct{ Counts map[string]map[string]int64 }
	if err := json.Unmarshal(shareddata.Read(t, "experience", "surveys", "qualtrics.expected.json"), &want); err != nil {
		t.Fatal(err)
	}
	table := read(t, mapping(t, qualtricsMapping), file)
	got := map[string]map[string]int64{}
	for _, c := range table.Cells {
		got[c.Month.String()] = map[string]int64{}
		for v, n := range c.Counts {
			got[c.Month.String()][strconv.Itoa(v)] = n
		}
	}
	if diff := cmp.Diff(want.Counts, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	t.Log(table.Rows, table.Answers, table.LeftOut)
	cohorts := strings.Replace(qualtricsMapping, `"values"`, `"cohort": "region", "zone": "Europe/Vienna", "values"`, 1)
	if by := read(t, mapping(t, cohorts), file); by.CohortKey != "region" || by.Answers != table.Answers || len(by.Cells) <= len(table.Cells) {
		t.Errorf("by region: key %q, %d answers in %d cells", by.CohortKey, by.Answers, len(by.Cells))
	}
}

// none of these may be found in anything that comes out.
var canaries = []string{"canary", "persona", "192.0.2", "198.51.100", "example.org", "r_4a44", "48.2082", "took three calls", "jump", "904000"}

func TestNothingPersonalComesOut(t *testing.T) {
	monkey := `{"format": "SURVEYMONKEY", "source": "Cancelling", "cohort": "Custom Data 1", "values": [
		{"column": "How easy was it to cancel?", "touchpoint": "cancel", "side": "CUSTOMER", "instrument": "CES"},
		{"column": "Rate the staff / Friendly", "touchpoint": "cancel", "side": "CUSTOMER", "instrument": "CSAT", "dimension": "EMPATHY"},
		{"column": "Rate the staff / Fair", "touchpoint": "cancel", "side": "CUSTOMER", "instrument": "CSAT", "dimension": "FAIRNESS"}]}`
	for file, m := range map[string]string{
		"qualtrics.csv":    strings.Replace(qualtricsMapping, `"values"`, `"cohort": "region", "values"`, 1),
		"surveymonkey.csv": monkey,
		"delighted.jsonl": `{"format": "DELIGHTED", "source": "d", "cohort": "person_properties.region", "values": [
			{"column": "score", "touchpoint": "stay", "side": "CUSTOMER", "instrument": "NPS"}]}`,
		"google-forms.csv": `{"format": "GOOGLE_FORMS", "source": "Staff", "cohort": "Which team are you in?", "values": [
			{"column": "How well do you think customers were treated at the counter? (1-5)", "touchpoint": "counter", "side": "PROVIDER", "aspect": "ESTIMATE", "instrument": "CSAT"}]}`,
	} {
		t.Run(file, func(t *testing.T) {
			text := shareddata.Read(t, "experience", "surveys", file)
			table := read(t, mapping(t, m), string(text))
			out, _ := json.Marshal(table)
			suggestion, notes := survey.Suggest(bytes.NewReader(text), &source.Faults{})
			out = append(append(out, suggestion.Text()...), strings.Join(notes, "\n")...)
			for _, c := range canaries {
				if strings.Contains(strings.ToLower(string(out)), c) {
					t.Errorf("%q comes out", c)
				}
			}
			if table.Answers == 0 {
				t.Error("no answers")
			}
			t.Logf("%d rows, %d answers, %v; suggested: %s", table.Rows, table.Answers, table.LeftOut, suggestion.Text())
		})
	}
}

// A second reader, of encoding/csv, counts the same of SurveyMonkey's export.
func TestSurveyMonkeyIsCountedAsByHand(t *testing.T) {
	text := shareddata.Read(t, "experience", "surveys", "surveymonkey.csv")
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{}
	for _, row := range rows[2:] {
		for column, dimension := range map[int]string{9: "CES OVERALL", 10: "CSAT EMPATHY"} {
			if row[column] != "" {
				want[fmt.Sprintf("%s 2026-%s %s %s", dimension, row[3][:2], row[8], row[column])]++
			}
		}
	}
	table := read(t, mapping(t, `{"format": "SURVEYMONKEY", "source": "Cancelling", "cohort": "Custom Data 1", "values": [
		{"column": "How easy was it to cancel?", "touchpoint": "cancel", "side": "CUSTOMER", "instrument": "CES"},
		{"column": "Rate the staff / Friendly", "touchpoint": "cancel", "side": "CUSTOMER", "instrument": "CSAT", "dimension": "EMPATHY"}]}`), string(text))
	got := map[string]int64{}
	for _, c := range table.Cells {
		for v, n := range c.Counts {
			got[fmt.Sprintf("%s %s %s %s %d", c.Instrument, c.Dimension, c.Month, c.Cohort, v)] = n
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// Second readers, of encoding/json and by hand, count the same of the exports of Delighted and Google Forms.
func TestDelightedAndGoogleFormsAreCountedAsByHand(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{}
	delighted := shareddata.Read(t, "experience", "surveys", "delighted.jsonl")
	for line := range bytes.Lines(delighted) {
		var row struct {
			Score            *int
			CreatedAt        int64                   `json:"created_at"`
			PersonProperties struct{ Region string } `json:"person_properties"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		if row.Score != nil {
			want[fmt.Sprintf("stay CUSTOMER PERCEPTION NPS OVERALL %s %s %d", time.Unix(row.CreatedAt, 0).In(vienna).Format("2006-01"), row.PersonProperties.Region, *row.Score)]++
		}
	}
	compare(t, want, read(t, mapping(t, `{"format": "DELIGHTED", "source": "d", "zone": "Europe/Vienna", "cohort": "person_properties.region", "values": [
		{"column": "score", "touchpoint": "stay", "side": "CUSTOMER", "instrument": "NPS"}]}`), string(delighted)))

	clear(want)
	forms := shareddata.Read(t, "experience", "surveys", "google-forms.csv")
	rows, err := csv.NewReader(bytes.NewReader(forms)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		want[fmt.Sprintf("counter PROVIDER ESTIMATE CSAT OVERALL %s %s %s", strings.ReplaceAll(row[0][:7], "/", "-"), row[2], row[1])]++
	}
	compare(t, want, read(t, mapping(t, `{"format": "GOOGLE_FORMS", "source": "Staff", "cohort": "Which team are you in?", "values": [
		{"column": "`+rows[0][1]+`", "touchpoint": "counter", "side": "PROVIDER", "aspect": "ESTIMATE", "instrument": "CSAT"}]}`), string(forms)))
}

func compare(t *testing.T, want map[string]int64, table *survey.Table) {
	t.Helper()
	var lines []string
	for series, n := range want {
		lines = append(lines, fmt.Sprintf("%s: %d", series, n))
	}
	got := flat(table)
	slices.Sort(lines)
	slices.Sort(got)
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func TestCounts(t *testing.T) {
	own := "touchpoint,side,aspect,instrument,dimension,month,cohort,value,count\n" +
		"t1,CUSTOMER,PERCEPTION,NPS,OVERALL,2026-03,north,9,12\nt1,CUSTOMER,,NPS,,2026-03,north,10,3\nt1,PROVIDER,ESTIMATE,CUSTOM,VALUE,2026-02,,40,7\n"
	lines := `{"touchpoint": "t1", "side": "CUSTOMER", "instrument": "NPS", "month": "2026-03", "cohort": "north", "value": 9, "count": 12}
{"touchpoint": "t1", "side": "CUSTOMER", "instrument": "NPS", "month": "2026-03", "cohort": "north", "value": 10, "count": 3}
{"touchpoint": "t1", "side": "PROVIDER", "aspect": "ESTIMATE", "instrument": "CUSTOM", "dimension": "VALUE", "month": "2026-02", "value": 40, "count": 7}`
	want := []string{
		"t1 CUSTOMER PERCEPTION NPS OVERALL 2026-03 north 9: 12", "t1 CUSTOMER PERCEPTION NPS OVERALL 2026-03 north 10: 3",
		"t1 PROVIDER ESTIMATE CUSTOM VALUE 2026-02 (none) 40: 7",
	}
	for format, text := range map[string]string{"CSV": own, "JSONL": lines} {
		m := mapping(t, `{"format": "`+format+`", "source": "s", "scale": {"min": 0, "max": 100, "step": 10}}`)
		if diff := cmp.Diff(want, flat(read(t, m, text))); diff != "" {
			t.Errorf("%s: want (-), got (+):\n%s", format, diff)
		}
	}
}

func TestLabelsWhereAndZones(t *testing.T) {
	m := mapping(t, `{"format": "GOOGLE_FORMS", "source": "s", "zone": "Europe/Dublin", "where": {"Again?": ["yes", "maybe"]}, "values": [
		{"column": "Easy?", "touchpoint": "t1", "side": "CUSTOMER", "instrument": "CES", "labels": {"very hard": 1, "very easy": 7}}]}`)
	got := read(t, m, "Timestamp,Easy?,Again?\n2026/03/01 0:30:00 AM GMT+2,very easy,yes\n"[:len("Timestamp,Easy?,Again?\n")]+
		"2026/03/01 12:30:00 AM GMT+2,very easy,yes\n2026/03/01 12:30:00 PM GMT,very hard,maybe\n2026/03/02 1:00:00 PM GMT-5:30,6,no\n2026/03/02 1:00:00 PM,6,yes\n2026/03/02 1:00:00 PM,,yes\n")
	want := []string{
		"t1 CUSTOMER PERCEPTION CES OVERALL 2026-02 (none) 7: 1", "t1 CUSTOMER PERCEPTION CES OVERALL 2026-03 (none) 1: 1",
		"t1 CUSTOMER PERCEPTION CES OVERALL 2026-03 (none) 6: 1",
	}
	if diff := cmp.Diff(want, flat(got)); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if diff := cmp.Diff([]survey.LeftOut{{survey.NoAnswer, 1}, {survey.NotWhere, 1}}, got.LeftOut); diff != "" {
		t.Errorf("left out: want (-), got (+):\n%s", diff)
	}
}

func TestSuggestions(t *testing.T) {
	for file, want := range map[string][]string{
		"qualtrics.csv":    {"QUALTRICS", "region", "Q1 NPS", "Q2 CSAT"},
		"surveymonkey.csv": {"SURVEYMONKEY", "Custom Data 1", "How easy was it to cancel? CES", "Rate the staff / Friendly CSAT", "Rate the staff / Clear CSAT", "Rate the staff / Fair CSAT"},
		"google-forms.csv": {"GOOGLE_FORMS", "Which team are you in?", "How well do you think customers were treated at the counter? (1-5) CSAT"},
		"delighted.jsonl":  {"DELIGHTED", "person_properties.region", "score NPS"},
	} {
		m, _ := survey.Suggest(bytes.NewReader(shareddata.Read(t, "experience", "surveys", file)), &source.Faults{})
		got := []string{string(m.Format), m.Cohort}
		for _, v := range m.Values {
			got = append(got, v.Column+" "+string(v.Instrument))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: want (-), got (+):\n%s", file, diff)
		}
		var faults source.Faults
		if survey.ParseMapping(m.Text(), &faults) != nil || faults.Listed[0].Code != source.Required {
			t.Errorf("%s: a suggestion is to be completed: %+v", file, faults.Listed)
		}
		completed := bytes.ReplaceAll(m.Text(), []byte(`"source": ""`), []byte(`"source": "s"`))
		for i := range m.Values {
			completed = bytes.Replace(completed, []byte(`"touchpoint": ""`), fmt.Appendf(nil, `"touchpoint": "t%d"`, i), 1)
		}
		read(t, mapping(t, string(completed)), string(shareddata.Read(t, "experience", "surveys", file)))
	}
}

func TestSuggestionsForOtherFiles(t *testing.T) {
	for file, want := range map[string]string{
		"touchpoint,side,instrument,month,value,count\n":                                                 "CSV  []",
		`{"touchpoint": "t", "value": 5}`:                                                                "JSONL  []",
		"Zeitstempel,Wie leicht?\n2026/03/09 2:05:00 PM MEZ,5\n2026/03/09 2:05:00 PM GMT+1,5\n":          "CSV  [Wie leicht?]",
		"Zeitstempel,Wie leicht?\n2026/03/09 2:05:00 PM GMT+1,5\n":                                       "GOOGLE_FORMS Zeitstempel [Wie leicht?]",
		"when,stars,E-mail,code\n2026-03-09,5,a@b.example,123456\n2026-03-10 10:00:00,1,c@d.example,7\n": "CSV when [stars]",
		`{"at": 1772772885, "rating": {"food": 4}, "name": "x"}`:                                         "JSONL at [rating.food]",
	} {
		m, _ := survey.Suggest(strings.NewReader(file), &source.Faults{})
		var columns []string
		for _, v := range m.Values {
			columns = append(columns, v.Column)
		}
		if got := fmt.Sprintf("%s %s %v", m.Format, m.Month, columns); got != want || m.Cohort != "" {
			t.Errorf("%q: %s with cohort %q, want %s", file, got, m.Cohort, want)
		}
	}
	for _, file := range []string{"", "PK\x03\x04", "a;b\n"} {
		var faults source.Faults
		if m, _ := survey.Suggest(strings.NewReader(file), &faults); m != nil || faults.Count == 0 {
			t.Errorf("%q: %+v", file, m)
		}
	}
}

func TestMappingsThatAreRefused(t *testing.T) {
	value := `{"column": "Q1", "touchpoint": "t1", "side": "CUSTOMER", "instrument": "NPS"}`
	with := func(rest string) string { return `{"format": "QUALTRICS", "source": "s", ` + rest + `}` }
	for rule, c := range map[string]struct {
		text, path string
		code       source.Code
	}{
		"e-mail as cohort key":        {with(`"cohort": "RecipientEmail", "values": [` + value + `]`), "cohort", survey.Personal},
		"an address as cohort key":    {with(`"cohort": "IPAddress", "values": [` + value + `]`), "cohort", survey.Personal},
		"a name as cohort key":        {with(`"cohort": "RecipientLastName", "values": [` + value + `]`), "cohort", survey.Personal},
		"a place as cohort key":       {with(`"cohort": "LocationLatitude", "values": [` + value + `]`), "cohort", survey.Personal},
		"an id as cohort key":         {with(`"cohort": "ResponseId", "values": [` + value + `]`), "cohort", survey.Personal},
		"a reference as cohort key":   {with(`"cohort": "ExternalReference", "values": [` + value + `]`), "cohort", survey.Personal},
		"a question for e-mail":       {with(`"cohort": "What is your e-mail address?", "values": [` + value + `]`), "cohort", survey.Personal},
		"free text as cohort key":     {with(`"cohort": "Q3_TEXT", "values": [` + value + `]`), "cohort", survey.Personal},
		"a person picked by e-mail":   {with(`"where": {"RecipientEmail": "x"}, "values": [` + value + `]`), "where.RecipientEmail", survey.Personal},
		"a member with a name":        {with(`"cohort": "person_properties.name", "values": [` + value + `]`), "cohort", survey.Personal},
		"free text as answers":        {with(`"values": [` + strings.Replace(value, "Q1", "Comment", 1) + `]`), "values.0.column", survey.Personal},
		"no columns":                  {with(`"month": "RecordedDate"`), "values", source.Required},
		"an unknown instrument":       {with(`"values": [` + strings.Replace(value, "NPS", "nps", 1) + `]`), "values.0.instrument", source.Invalid},
		"CUSTOM without a scale":      {with(`"values": [` + strings.Replace(value, "NPS", "CUSTOM", 1) + `]`), "values.0.scale", source.Required},
		"NPS with a scale":            {with(`"values": [` + strings.Replace(value, `"NPS"`, `"NPS", "scale": {"min": 1, "max": 5}`, 1) + `]`), "values.0.scale", source.Invalid},
		"a scale without a step":      {with(`"values": [` + strings.Replace(value, `"NPS"`, `"CUSTOM", "scale": {"min": 1, "max": 5, "step": 3}`, 1) + `]`), "values.0.scale", source.Invalid},
		"a label off the scale":       {with(`"values": [` + strings.Replace(value, `"NPS"`, `"NPS", "labels": {"super": 11}`, 1) + `]`), "values.0.labels.super", source.OutOfRange},
		"two columns for one":         {with(`"values": [` + value + `,` + strings.Replace(value, "Q1", "Q2", 1) + `]`), "values.1", source.Duplicate},
		"one column for two":          {with(`"values": [` + value + `,` + strings.Replace(value, "t1", "t2", 1) + `]`), "values.1", source.Duplicate},
		"answers as cohort key":       {with(`"cohort": "Q1", "values": [` + value + `]`), "cohort", source.Duplicate},
		"an unknown zone":             {with(`"zone": "Mars", "values": [` + value + `]`), "zone", source.Invalid},
		"an unknown member":           {with(`"colour": "red", "values": [` + value + `]`), "colour", source.Unknown},
		"a source that is an address": {strings.Replace(with(`"values": [`+value+`]`), `"s"`, `"a@b.example"`, 1), "source", survey.Personal},
	} {
		t.Run(rule, func(t *testing.T) {
			var faults source.Faults
			m := survey.ParseMapping([]byte(c.text), &faults)
			if m != nil || !slices.ContainsFunc(faults.Listed, func(f source.Fault) bool { return f.Path == c.path && f.Code == c.code }) {
				t.Errorf("faults = %+v, want %s at %s", faults.Listed, c.code, c.path)
			}
		})
	}
	mapping(t, strings.Replace(qualtricsMapping, "Q1", "How satisfied were you with our phone support?", 1))
}

const (
	ids  = `"{""ImportId"":""recordedDate"",""timeZone"":""Europe/Vienna""}","{""ImportId"":""QID1""}","{""ImportId"":""region""}"` + "\n"
	head = "RecordedDate,Q1,region\nRecorded Date,How likely?,region\n" + ids
	plan = "month,Q1,region\n"
)

func TestFilesThatAreRefused(t *testing.T) {
	qualtrics := strings.Replace(qualtricsMapping, `"values"`, `"cohort": "region", "values"`, 1)
	plain := strings.Replace(qualtrics, "QUALTRICS", "CSV", 1)
	lines := strings.Replace(qualtrics, "QUALTRICS", "JSONL", 1)
	counts := `{"format": "CSV", "source": "s"}`
	own := "touchpoint,side,instrument,month,cohort,value,count\n"
	for rule, c := range map[string]struct {
		mapping, file string
		line          int
		path          string
		code          source.Code
	}{
		"a value off the scale":           {qualtrics, head + "2026-03-01 10:00:00,11,north\n", 4, "column 2", source.OutOfRange},
		"an exponent":                     {qualtrics, head + "2026-03-01 10:00:00,1e3,north\n", 4, "column 2", source.NotWhole},
		"a leading zero":                  {qualtrics, head + "2026-03-01 10:00:00,05,north\n", 4, "column 2", source.NotWhole},
		"digits of full width":            {qualtrics, head + "2026-03-01 10:00:00,５,north\n", 4, "column 2", source.NotWhole},
		"a fraction":                      {qualtrics, head + "2026-03-01 10:00:00,5.0,north\n", 4, "column 2", source.NotWhole},
		"a formula":                       {qualtrics, head + "2026-03-01 10:00:00,=1+1,north\n", 4, "column 2", source.NotWhole},
		"two of three header rows":        {qualtrics, "RecordedDate,Q1,region\nRecorded Date,How likely?,region\n2026-03-01 10:00:00,5,north\n", 3, "column 1", survey.WrongHeader},
		"one header row":                  {qualtrics, "RecordedDate,Q1,region\n", 2, "", survey.WrongHeader},
		"a missing column":                {qualtrics, strings.ReplaceAll(head, "Q1", "Q9"), 1, "", survey.NoSuchColumn},
		"a doubled column":                {plain, "month,Q1,region,Q1\n", 1, "column 4", survey.DoubledColumn},
		"free text by its id":             {qualtrics, strings.Replace(head, `""region""`, `""QID3_TEXT""`, 1), 3, "column 3", survey.Personal},
		"a month in the future":           {plain, plan + "2026-06,5,north\n", 2, "column 1", source.OutOfRange},
		"day and month may be exchanged":  {plain, plan + "08/09/26,5,north\n", 2, "column 1", source.Invalid},
		"a second form of dates":          {plain, plan + "2026-03-01,5,north\n01.03.2026,5,north\n", 3, "column 1", source.Invalid},
		"a day that there is not":         {plain, plan + "2026-02-29,5,north\n", 2, "column 1", source.Invalid},
		"an answer without a time":        {plain, plan + ",5,north\n", 2, "column 1", source.Invalid},
		"an address among cohorts":        {plain, plan + "2026-03,5,a@b.example\n", 2, "column 3", survey.Personal},
		"an IP among cohorts":             {plain, plan + "2026-03,5,2001:db8::1\n", 2, "column 3", survey.Personal},
		"free text among cohorts":         {plain, plan + "2026-03,5," + strings.Repeat("x", 41) + "\n", 2, "column 3", survey.Personal},
		"too many cohorts":                {plain, plan + many(51), 52, "column 3", source.TooMany},
		"a short row":                     {plain, plan + "2026-03,5\n", 2, "", "RAGGED"},
		"cut off in a cell":               {plain, plan + "2026-03,5,\"nor", 2, "column 3", "CUT_OFF"},
		"a zip":                           {plain, "PK\x03\x04", 1, "", "NOT_CSV"},
		"a web page":                      {plain, "<!DOCTYPE html>", 1, "", "NOT_CSV"},
		"columns by semicolons":           {plain, "month;Q1;region\n", 1, "", "NOT_CSV"},
		"more answers than anybody has":   {counts, own + "booking,CUSTOMER,NPS,2026-03,,5,1000000000\nbooking,CUSTOMER,NPS,2026-03,,6,1\n", 3, "column 7", source.TooMany},
		"an unknown touchpoint":           {strings.Replace(plain, "booking", "nowhere", 1), plan, 0, "values.0.touchpoint", survey.NoTouchpoint},
		"an unknown touchpoint in a row":  {counts, own + "nowhere,CUSTOMER,NPS,2026-03,,5,1\n", 2, "column 1", survey.NoTouchpoint},
		"an unknown side":                 {counts, own + "booking,client,NPS,2026-03,,5,1\n", 2, "column 2", source.Invalid},
		"a count that is none":            {counts, own + "booking,CUSTOMER,NPS,2026-03,,5,-1\n", 2, "column 7", source.NotWhole},
		"two counts of one value":         {counts, own + strings.Repeat("booking,CUSTOMER,NPS,2026-03,,5,1\n", 2), 3, "column 6", source.Duplicate},
		"CUSTOM without a scale":          {counts, own + "booking,CUSTOMER,CUSTOM,2026-03,,5,1\n", 2, "column 3", source.Required},
		"a line that is no JSON":          {lines, "{\"month\": \"2026-03\", \"Q1\": 5}\n{oops}\n", 2, "", source.Syntax},
		"a line that is cut off":          {lines, "{\"month\": \"2026-03\", \"Q1\": 5}\n{\"month\": \"2026-0", 2, "", "CUT_OFF"},
		"a doubled member":                {lines, `{"month": "2026-03", "Q1": 5, "Q1": 6}`, 1, "Q1", survey.DoubledColumn},
		"a number with an exponent":       {lines, `{"month": "2026-03", "Q1": 5e0}`, 1, "Q1", source.NotWhole},
		"a CSV for one of JSON":           {lines, plan + "2026-03,5,north\n", 1, "", source.Syntax},
		"an unknown status of Qualtrics":  {qualtrics, strings.ReplaceAll(strings.Replace(head, "region", "Status", 1), "region", "status") + "2026-03-01 10:00:00,5,Sent\n", 1, "", survey.NoSuchColumn},
		"SurveyMonkey with one row":       {strings.Replace(plain, "CSV", "SURVEYMONKEY", 1), "Respondent ID,End Date,Q1,region\n1,03/01/2026 10:00:00 AM,5,north\n", 2, "", survey.WrongHeader},
		"SurveyMonkey with a day first":   {strings.Replace(plain, "CSV", "SURVEYMONKEY", 1), "Respondent ID,End Date,Q1,region\n,,Response,Response\n1,31/01/2026 10:00:00 AM,5,north\n", 3, "column 2", source.Invalid},
		"a time zone that contradicts it": {strings.Replace(qualtrics, `"source"`, `"zone": "Asia/Tokyo", "source"`, 1), head, 3, "column 1", source.Invalid},
	} {
		t.Run(rule, func(t *testing.T) {
			var faults source.Faults
			opt := survey.Options{Now: now, Touchpoint: func(id string) bool { return id == "booking" }}
			table := survey.Read(strings.NewReader(c.file), mapping(t, c.mapping), opt, &faults)
			if table != nil || len(faults.Listed) == 0 || !slices.ContainsFunc(faults.Listed, func(f source.Fault) bool {
				return f.Line == c.line && f.Path == c.path && f.Code == c.code && f.Message != ""
			}) {
				t.Errorf("faults = %+v, want %s in line %d, %s", faults.Listed, c.code, c.line, c.path)
			}
		})
	}
}

func many(cohorts int) string {
	var b strings.Builder
	for i := range cohorts {
		fmt.Fprintf(&b, "2026-03,5,c%d\n", i)
	}
	return b.String()
}

// FuzzRead: whatever a file holds, reading ends, and no fault repeats what stands in a cell.
func FuzzRead(f *testing.F) {
	f.Add("2026-03,5,north", "QUALTRICS")
	f.Add("zzcanaryzz,5,zzcanaryzz", "CSV")
	f.Add(`{"month": "zzcanaryzz", "Q1": "zzcanaryzz"}`, "JSONL")
	f.Fuzz(func(t *testing.T, text, format string) {
		var faults source.Faults
		m := survey.ParseMapping([]byte(strings.Replace(strings.Replace(qualtricsMapping, `"values"`, `"cohort": "region", "values"`, 1), "QUALTRICS", format, 1)), &source.Faults{})
		if m == nil {
			return
		}
		for _, begin := range []string{"", head, plan} {
			table := survey.Read(strings.NewReader(begin+strings.ReplaceAll(text, "canary", "zzcanaryzz")), m, survey.Options{Now: now}, &faults)
			if table == nil && faults.Count == 0 {
				t.Fatal("neither a table nor a fault")
			}
			if table != nil {
				var n int64
				for _, c := range table.Cells {
					n += c.Counts.N()
				}
				if n != table.Answers {
					t.Fatalf("%d answers in cells, %d in all", n, table.Answers)
				}
			}
		}
		for _, fault := range faults.Listed {
			if strings.Contains(fault.Message+fault.Path, "zzcanaryzz") {
				t.Fatalf("a fault repeats a cell: %+v", fault)
			}
		}
	})
}

// FuzzMapping: reading a mapping ends, and one that is taken reads as itself.
func FuzzMapping(f *testing.F) {
	f.Add([]byte(qualtricsMapping))
	f.Fuzz(func(t *testing.T, text []byte) {
		m := survey.ParseMapping(text, &source.Faults{})
		if m == nil {
			return
		}
		if diff := cmp.Diff(m, mapping(t, string(m.Text()))); diff != "" {
			t.Fatalf("written and read again:\n%s", diff)
		}
	})
}

// export is a Qualtrics export of a million rows and 22 columns, as it would come over the network.
func export(rows int) io.Reader {
	header := "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,RecipientLastName,RecipientFirstName," +
		"RecipientEmail,ExternalReference,LocationLatitude,LocationLongitude,DistributionChannel,UserLanguage,Q1_NPS_GROUP,Q1,Q2,Q3,region\n"
	names := strings.Split(strings.TrimSpace(header), ",")
	third := make([]string, len(names))
	for i, n := range names {
		third[i] = `"{""ImportId"":""` + n + `"",""timeZone"":""Europe/Vienna""}"`
	}
	const block = 1000
	var b bytes.Buffer
	for i := range block {
		fmt.Fprintf(&b, "2026-%02d-%02d 02:16:07,2026-%02d-%02d 02:20:50,IP Address,192.0.2.%d,100,283,True,2026-%02d-%02d 02:20:50,R_%013x,Canary,Persona,"+
			"canary%d@example.org,,48.2082,16.3738,email,EN,Passive,%d,%d,\"Prices jump, nobody says why\",%s\n",
			1+i%3, 1+i%28, 1+i%3, 1+i%28, i%250, 1+i%3, 1+i%28, i*7919, i, i%11, 1+i%5, []string{"north", "south", "island"}[i/3%3])
	}
	all := []io.Reader{strings.NewReader(header + header + strings.Join(third, ",") + "\n")}
	for range rows / block {
		all = append(all, bytes.NewReader(b.Bytes()))
	}
	return io.MultiReader(all...)
}

// A million rows, about 190 MB, of which five columns are looked at. peak-MB is how much the process grew.
func BenchmarkAMillionRowsOfQualtrics(b *testing.B) {
	m := mapping(b, `{"format": "QUALTRICS", "source": "Guests", "cohort": "region", "values": [
		{"column": "Q1", "touchpoint": "booking", "side": "CUSTOMER", "instrument": "NPS"},
		{"column": "Q2", "touchpoint": "booking", "side": "CUSTOMER", "instrument": "CSAT"}]}`)
	const rows = 1_000_000
	for b.Loop() {
		var faults source.Faults
		file := &counting{from: export(rows)}
		table := survey.Read(file, m, survey.Options{Now: now}, &faults)
		if table == nil || table.Answers != 2*rows || len(table.Cells) != 18 {
			b.Fatalf("%+v, %+v", table, faults.Listed)
		}
		b.SetBytes(file.n)
	}
	b.ReportMetric(resident(), "resident-MB")
}

type counting struct {
	from io.Reader
	n    int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	return n, err
}

// resident is the most memory that the process ever had, in MB; 0 where the system does not tell.
func resident() float64 {
	text, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	kb, _ := strconv.Atoi(strings.TrimSpace(strings.SplitN(after+" kB", "kB", 2)[0]))
	return float64(kb) / 1000
}
