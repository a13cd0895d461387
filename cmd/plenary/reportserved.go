package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/reporting"
)

const (
	requestReportMutation = `mutation($in: RequestReportInput!) { requestReport(input: $in) { report { id } userErrors { code field message } } }`
	reportQuestion        = `query($id: ID!) { report(id: $id) {
		state failure asOf { seq } progress { stage done total } signature problems { format message } files { format mediaType bytes sha256 url } } }`
)

// servedReports are the reports of a server.
type servedReports struct {
	apiFlags
	asked *reportMakeCmd
}

// input is what the mutation takes.
func (c *reportMakeCmd) input() (map[string]any, error) {
	in := map[string]any{"type": c.kind(), "audience": c.audience(), "language": c.Language}
	for name, id := range map[string]string{"assessment": c.Assessment, "dialogue": c.Dialogue, "from": c.From, "to": c.To} {
		if id != "" {
			in[name] = id
		}
	}
	portfolio := map[string]any{}
	for name, id := range map[string]string{"call": c.Call, "firm": c.Firm} {
		if id != "" {
			portfolio[name] = id
		}
	}
	for name, all := range map[string][]string{"jurisdiction": c.Jurisdiction, "sector": c.Sector, "template": c.Template, "level": c.Level, "state": c.State} {
		if len(all) > 0 {
			portfolio[name] = all
		}
	}
	if len(portfolio) > 0 {
		in["portfolio"] = portfolio
	}
	seq, at, err := c.asOf()
	switch {
	case seq != nil:
		in["asOf"] = map[string]any{"seq": strconv.FormatInt(*seq, 10)}
	case at != nil:
		in["asOf"] = map[string]any{"time": at.Format(time.RFC3339Nano)}
	}
	return in, err
}

func (r *servedReports) request(ctx context.Context) (string, error) {
	in, err := r.asked.input()
	if err != nil {
		return "", err
	}
	var answer struct {
		RequestReport struct {
			Report     *struct{ ID string }
			UserErrors []struct {
				Code, Message string
				Field         []string
			}
		}
	}
	for tries := (attempts{most: mostFailures}); ; {
		err := r.ask(ctx, requestReportMutation, map[string]any{"in": in}, &answer)
		if err == nil {
			break
		}
		var passing *passingError
		if !errors.As(err, &passing) || tries.after(ctx, err) != nil {
			return "", err
		}
	}
	var refused []string
	for _, e := range answer.RequestReport.UserErrors {
		refused = append(refused, e.Code+" "+strings.TrimSpace(strings.Join(e.Field, ".")+" "+e.Message))
	}
	switch {
	case len(refused) > 0:
		return "", errors.New(strings.Join(refused, "; "))
	case answer.RequestReport.Report == nil:
		return "", errors.New("the server does not say which")
	}
	return answer.RequestReport.Report.ID, nil
}

func (r *servedReports) state(ctx context.Context, id string) (*reportState, error) {
	var answer struct{ Report *reportState }
	err := r.ask(ctx, reportQuestion, map[string]any{"id": id}, &answer)
	return answer.Report, err
}

// open asks for the rest of a file, if it is still the same.
func (r *servedReports) open(ctx context.Context, id string, f reporting.File, from int64) (contentAt, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(r.Server, "/")+reporting.Below+id+"."+f.Format, nil)
	if err != nil {
		return contentAt{}, err
	}
	req.Header.Set("Accept-Encoding", "identity") // ranges are of the file itself
	if r.Token != "" {
		req.Header.Set("Authorization", "Bearer "+r.Token)
	}
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
		req.Header.Set("If-Range", `"`+f.SHA256+`"`)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return contentAt{}, fmt.Errorf("%s does not respond: %w", r.Server, errors.Unwrap(err))
	}
	switch {
	case resp.StatusCode == http.StatusOK:
		return contentAt{resp.Body, 0}, nil
	case resp.StatusCode == http.StatusPartialContent && strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", from)):
		return contentAt{resp.Body, from}, nil
	}
	defer resp.Body.Close()
	err = refusal(resp)
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= http.StatusInternalServerError {
		err = &passingError{errors.New(err.Error())}
	}
	return contentAt{}, err
}

// ask asks the API.
func (a apiFlags) ask(ctx context.Context, query string, variables map[string]any, into any) error {
	resp, err := a.send(ctx, &http.Client{Timeout: 30 * time.Second}, "application/json", query, variables)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err != nil {
		return err
	}
	return readAnswer(body, into)
}
