package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/importing"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// sendFor is how long a file may take to be sent and checked.
	sendFor = 5 * time.Minute
	// askEvery is how often a server is asked how far an import has come.
	askEvery = 300 * time.Millisecond
)

// remote sends a file to a server, shows what its check says, and has it imported.
func (f importFlags) remote(ctx context.Context, s streams, in importedFile) error {
	file := in.file
	if in.zipped != nil {
		text, err := in.zipped()
		if err != nil {
			return err
		}
		file = bytes.NewReader(text)
	} else if file == nil {
		file = bytes.NewReader(in.from.Text)
	}
	found, err := f.check(ctx, in, file)
	if err != nil {
		return err
	}
	if found.State == string(enum.ImportStateRefused) {
		return refuseFile(s.err, in.name, found.Faults, found.FaultCount)
	}
	tell(s, found.Notes, nil)
	fmt.Fprintf(s.err, "%s would bring:\n", in.name)
	for _, c := range found.Counts {
		fmt.Fprintf(s.err, "  %d %s\n", c.Count, c.What)
	}
	if !f.Yes && !confirmed(s.err) {
		_, err := fmt.Fprintf(s.out, "%s is checked and not started; start it with --yes, or with startImport(input: {id: %q, sha256: %q}) within a day\n", found.ID, found.ID, found.SHA256)
		return err
	}
	return f.start(ctx, s, found)
}

// check sends a file.
func (f importFlags) check(ctx context.Context, in importedFile, file io.ReadSeeker) (found importing.Checked, err error) {
	ctx, cancel := context.WithTimeout(ctx, sendFor)
	defer cancel()
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return found, err
	}
	address := strings.TrimRight(f.Server, "/") + importing.Path + in.kind + "?" + url.Values(in.from.Options).Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, file)
	if err != nil {
		return found, &refusedError{text: "--server: expected a URL such as https://plenary.example"}
	}
	req.ContentLength = size
	req.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum.Sum(nil))+":")
	req.Header.Set("Content-Type", "application/octet-stream")
	if f.Token != "" {
		req.Header.Set("Authorization", "Bearer "+f.Token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return found, fmt.Errorf("%s does not respond: %w", f.Server, errors.Unwrap(err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err != nil {
		return found, err
	}
	if resp.StatusCode != http.StatusCreated {
		if err := readAnswer(body, &struct{}{}); err != nil {
			return found, fmt.Errorf("nothing was imported: %w", err)
		}
		return found, errors.New(resp.Status)
	}
	answer := struct{ Import *importing.Checked }{&found}
	if err := json.Unmarshal(body, &answer); err != nil {
		return found, fmt.Errorf("the response does not have the expected form: %w", err)
	}
	return found, nil
}

// confirmed asks whoever sits at a terminal; elsewhere nobody has said yes.
func confirmed(w io.Writer) bool {
	if !isTerminal(w) {
		return false
	}
	fmt.Fprint(w, "Import it? [y/N] ")
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	return err == nil && strings.EqualFold(strings.TrimSpace(answer), "y")
}

const (
	startMutation  = `mutation($in: StartImportInput!) { startImport(input: $in) { import { id } userErrors { code field message } } }`
	importQuestion = `query($id: ID!) { import(id: $id) { state failure results faultCount faults(first: 100) { line path code message } progress { stage done total } } }`
)

// come is how far an import has come.
type come struct {
	State      enum.ImportState
	Failure    *string
	Results    []string
	FaultCount int
	Faults     []importing.Fault
	Progress   *importing.Progress
}

func (f importFlags) api() apiFlags { return apiFlags{Server: f.Server, Token: f.Token} }

// start has an import run that was checked, and follows it to its end.
func (f importFlags) start(ctx context.Context, s streams, found importing.Checked) error {
	var started struct {
		StartImport struct {
			UserErrors []struct {
				Code, Message string
				Field         []string
			}
		}
	}
	if err := f.api().ask(ctx, startMutation, map[string]any{"in": map[string]any{"id": found.ID, "sha256": found.SHA256}}, &started); err != nil {
		return err
	}
	for _, e := range started.StartImport.UserErrors {
		return fmt.Errorf("nothing was imported: %s %s", e.Code, strings.TrimSpace(strings.Join(e.Field, ".")+" "+e.Message))
	}
	show := progress(s.err)
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for {
		var now struct{ Import *come }
		if err := f.api().ask(ctx, importQuestion, map[string]any{"id": found.ID}, &now); err != nil {
			return fmt.Errorf("the import goes on, and import(id: %q) tells of it: %w", found.ID, err)
		}
		switch one := now.Import; {
		case one == nil:
			return errors.New("the import is gone")
		case one.State == enum.ImportStateDone:
			tell(s, nil, one.Results)
			return nil
		case one.State == enum.ImportStateFailed:
			why := "the server does not say why"
			if one.Failure != nil {
				why = *one.Failure
			}
			if one.FaultCount > 0 {
				_ = refuseFile(s.err, found.ID, one.Faults, one.FaultCount) // the error below says why
			}
			return fmt.Errorf("nothing was imported: %s", why)
		case show != nil && one.Progress != nil && one.Progress.Total > 0:
			show(one.Progress.Stage, one.Progress.Done, one.Progress.Total)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the import goes on, and import(id: %q) tells of it: %w", found.ID, ctx.Err())
		}
	}
}
