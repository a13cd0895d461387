package story_test

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/demo"
)

// offered is what the explorer is offered.
type offered struct {
	People     []struct{ Name, Party, Token string }
	Operations []struct {
		Name, As, Query string
		Variables       map[string]any
	}
}

// asksForPeople sends what the explorer's page sends, with other headers where the test gives them; an empty one is left out.
func (w *world) asksForPeople(method string, change map[string]string) (*http.Response, string) {
	w.t.Helper()
	req := w.request(method, "/explorer/people.json", call{query: "{}"}, "")
	req.Header.Set("Origin", w.url)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for name, value := range change {
		switch {
		case name == "Host":
			req.Host = value
		case value == "":
			req.Header.Del(name)
		default:
			req.Header.Set(name, value)
		}
	}
	resp, err := w.client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp, string(must(io.ReadAll(resp.Body)))
}

func (w *world) offered() offered {
	w.t.Helper()
	resp, text := w.asksForPeople("POST", nil)
	if got := resp.Header.Get("Cache-Control"); resp.StatusCode != 200 || got != "no-store" {
		w.t.Fatalf("the explorer's people = %d, Cache-Control %q, want 200 and no-store\n%s", resp.StatusCode, got, text)
	}
	var o offered
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		w.t.Fatal(err)
	}
	return o
}

// forExplorer is dev mode as the command sets it.
func forExplorer(c *app.Config) {
	c.Developers, c.Hosts, c.Origins = true, []string{"127.0.0.1", "localhost", "plenary.test"}, []string{"https://console.example"}
}

// TestTheExplorersOperationsRunAsPrinted sends each operation that the explorer offers as the person whom it names.
func TestTheExplorersOperationsRunAsPrinted(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, forExplorer)
		w.quiet()
		o := w.offered()
		tokens := map[string]string{"": ""}
		for _, p := range o.People {
			tokens[p.Name] = p.Token
		}
		for _, p := range demo.Personas {
			if tokens[p.Subject()] == "" {
				t.Errorf("%s is not offered", p.Subject())
			}
		}
		results := map[string]data{}
		var names []string
		for _, op := range o.Operations {
			token, known := tokens[op.As]
			if !known {
				t.Errorf("%s names %q, who is not offered", op.Name, op.As)
			}
			send := w.post
			if strings.Contains(op.Query, "\nsubscription ") {
				send = w.stream // gives the first event: the comment that an operation before it made
			}
			a := send(call{query: op.Query, variables: op.Variables, token: token})
			if len(a.codes) > 0 || len(userErrors(a.data.v)) > 0 {
				t.Errorf("%s as %q = %s, want no errors", op.Name, op.As, a.text)
			}
			if !strings.Contains(op.Query, " "+op.Name+"(") && !strings.Contains(op.Query, " "+op.Name+" ") {
				t.Errorf("%s has another name in its text:\n%s", op.Name, op.Query)
			}
			results[op.Name] = a.data
			names = append(names, op.Name)
		}
		want := []string{"ReadDialogue", "CommentAsCustomer", "Vote", "FollowProposal", "WaitingForMe", "FirmChanges"}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Fatalf("the operations (-want +got):\n%s", diff)
		}
		comment := results["CommentAsCustomer"].at("postComment", "comment")
		if got := comment.at("author", "name").text(); got != "Amber" {
			t.Errorf("the author of the comment = %q, want Amber", got)
		}
		if got := results["FollowProposal"].at("proposalUpdated", "comment", "body").text(); got == "" || got != comment.at("body").text() {
			t.Errorf("the proposal's first event = %v, want the comment", results["FollowProposal"].v)
		}
		for name, list := range map[string]data{
			"the dialogue's proposals":       results["ReadDialogue"].at("dialogue", "proposals", "nodes"),
			"the comments on the first":      results["ReadDialogue"].at("dialogue", "proposals", "nodes", 0, "comments", "nodes"),
			"what waits for the facilitator": results["WaitingForMe"].at("viewer", "waitingForMe"),
			"what the firm changed":          results["FirmChanges"].at("acts", "nodes"),
		} {
			if len(list.list()) == 0 {
				t.Errorf("%s: none", name)
			}
		}
		w.ask(persona("facilitator"), `mutation($id: ID!){closeDialogue(input: {id: $id, outcome: "All is said."}){userErrors{message}}}`,
			"id", o.Operations[0].Variables["dialogue"])
		names = nil
		for _, op := range w.offered().Operations {
			names = append(names, op.Name)
		}
		if diff := cmp.Diff([]string{"WaitingForMe", "FirmChanges"}, names); diff != "" {
			t.Errorf("what needs no proposal under discussion (-want +got):\n%s", diff)
		}
	})
}

// TestOnlyTheExplorersPageGetsTokens: whatever another page, a proxy or a program that fetches links for others can send, it gets
// no token.
func TestOnlyTheExplorersPageGetsTokens(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, forExplorer)
		port := w.url[strings.LastIndex(w.url, ":"):]
		for _, tt := range []struct {
			rule, method string
			change       map[string]string
			status       int
		}{
			{"the explorer's page", "POST", nil, 200},
			{"the same under its other name", "POST", map[string]string{"Host": "localhost" + port, "Origin": "http://localhost" + port}, 200},
			{"a browser that does not say which site asks", "POST", map[string]string{"Sec-Fetch-Site": ""}, 200},
			{"a page elsewhere", "POST", map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403},
			{"a page elsewhere, in a browser that says only its origin", "POST", map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": ""}, 403},
			{"a page that hides its origin", "POST", map[string]string{"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403},
			{"a page that hides its origin, in an older browser", "POST", map[string]string{"Origin": "null", "Sec-Fetch-Site": ""}, 403},
			{"a page of another program on this machine", "POST", map[string]string{"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}, 403},
			{"a page of this machine under another name", "POST", map[string]string{"Origin": "http://localhost" + port, "Sec-Fetch-Site": "cross-site"}, 403},
			{"a page whose origin the operator allows", "POST", map[string]string{"Origin": "https://console.example", "Sec-Fetch-Site": "cross-site"}, 403},
			{"our origin, from another site", "POST", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
			{"our origin over TLS, which this server does not speak", "POST", map[string]string{"Origin": "https" + strings.TrimPrefix(w.url, "http")}, 403},
			{"a program that is told to fetch an address", "POST", map[string]string{"Origin": "", "Sec-Fetch-Site": ""}, 403},
			{"a name that was pointed at this machine", "POST", map[string]string{"Host": "evil.example" + port, "Origin": "http://evil.example" + port}, 421},
			{"a name that the operator allows and others may resolve", "POST", map[string]string{"Host": "plenary.test" + port, "Origin": "http://plenary.test" + port}, 403},
			{"through a proxy", "POST", map[string]string{"X-Forwarded-For": "203.0.113.7"}, 403},
			{"through a proxy that follows RFC 7239", "POST", map[string]string{"Forwarded": "for=203.0.113.7"}, 403},
			{"a script, an image or a link", "GET", map[string]string{"Origin": "", "Sec-Fetch-Site": "cross-site"}, 405},
			{"the page itself, by GET", "GET", map[string]string{"Origin": ""}, 405},
		} {
			t.Run(tt.rule, func(t *testing.T) {
				w.t = t
				resp, text := w.asksForPeople(tt.method, tt.change)
				if resp.StatusCode != tt.status || strings.Contains(text, "eyJ") != (tt.status == 200) {
					t.Errorf("answer = %d %.200s, want %d", resp.StatusCode, text, tt.status)
				}
				if got := resp.Header.Get("Cache-Control"); got != "no-store" && resp.StatusCode != http.StatusMisdirectedRequest {
					t.Errorf("Cache-Control = %q, want no-store", got)
				}
				if got := resp.Header.Get("Cross-Origin-Resource-Policy"); got != "same-origin" {
					t.Errorf("Cross-Origin-Resource-Policy = %q, want same-origin", got)
				}
			})
		}
		w.t = t
	})
}

// TestTheExplorerOffersNobodyElsewhere: not in production, even with the example, and not in a database of one's own.
func TestTheExplorerOffersNobodyElsewhere(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, func(c *app.Config) {
			forExplorer(c)
			issuer := must(auth.OpenDevIssuer(filepath.Join(t.TempDir(), "issuer.key"), c.Clock)).Issuer(app.AllRoles()...)
			c.Mode, c.Developers, c.Issuers = "production", false, []auth.Issuer{issuer}
		})
		for _, method := range []string{"POST", "GET"} {
			if resp, text := w.asksForPeople(method, nil); resp.StatusCode != 404 {
				t.Errorf("%s in production = %d %.200s, want 404", method, resp.StatusCode, text)
			}
		}
	})
	t.Run("empty", func(t *testing.T) {
		eachURL(t, false, func(t *testing.T, databaseURL string) {
			w := open(t, databaseURL, forExplorer)
			if o := w.offered(); len(o.People)+len(o.Operations) > 0 {
				t.Errorf("without the example it offers %v", o)
			}
		})
	})
}
