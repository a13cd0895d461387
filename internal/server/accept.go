package server

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// media is the media type of an answer.
type media int

const (
	mediaNone     media = iota // the client accepts nothing that we can write
	mediaJSON                  // application/json, with status 200 whenever GraphQL itself answers
	mediaResponse              // application/graphql-response+json, with an error status for refusals
	mediaStream                // text/event-stream
)

var mediaTypes = [...]struct {
	name   string
	header string
}{
	mediaJSON:     {"application/json", "application/json; charset=utf-8"},
	mediaResponse: {"application/graphql-response+json", "application/graphql-response+json; charset=utf-8"},
	mediaStream:   {"text/event-stream", "text/event-stream; charset=utf-8"},
}

// accepted picks the media type of the answer. Clients that name none, or accept any, get JSON: the draft asked for that
// until 2025 and old clients depend on it. Between types of equal weight, the GraphQL type wins over JSON.
func accepted(h http.Header) media {
	values := h.Values("Accept")
	switch {
	case len(values) == 0:
		return mediaJSON
	case len(values) == 1: // what nearly every client sends
		switch values[0] {
		case "*/*", "application/json":
			return mediaJSON
		case "application/graphql-response+json":
			return mediaResponse
		case "text/event-stream":
			return mediaStream
		}
	}
	best, bestQ := mediaNone, 0.0
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		m, q := accept(part)
		if m != mediaNone && (q > bestQ || q == bestQ && m == mediaResponse && best == mediaJSON) {
			best, bestQ = m, q
		}
	}
	return best
}

func accept(part string) (media, float64) {
	name, params, err := mime.ParseMediaType(part)
	if err != nil {
		return mediaNone, 0
	}
	q := 1.0
	if s, ok := params["q"]; ok {
		if q, err = strconv.ParseFloat(s, 64); err != nil || q < 0 || q > 1 {
			return mediaNone, 0
		}
	}
	if charset, ok := params["charset"]; ok && !isUTF8(charset) {
		return mediaNone, 0
	}
	switch name {
	case "*/*", "application/*", mediaTypes[mediaJSON].name:
		return mediaJSON, q
	case mediaTypes[mediaResponse].name:
		return mediaResponse, q
	case mediaTypes[mediaStream].name, "text/*":
		return mediaStream, q
	}
	return mediaNone, 0
}

// isJSON reports whether a body is JSON in UTF-8. A browser does not send this type across origins without a preflight
// request.
func isJSON(h http.Header) bool {
	types := h.Values("Content-Type")
	if len(types) != 1 {
		return false
	}
	if types[0] == "application/json" {
		return true
	}
	name, params, err := mime.ParseMediaType(types[0])
	if err != nil || name != "application/json" {
		return false
	}
	charset, ok := params["charset"]
	return !ok || isUTF8(charset)
}

func isUTF8(charset string) bool {
	return strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}

func isEncoded(h http.Header) bool {
	for _, v := range h.Values("Content-Encoding") {
		if v != "" && !strings.EqualFold(v, "identity") {
			return true
		}
	}
	return false
}
