package server

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// keptBuffer bounds the buffers that go back to the pool: a few large answers must not hold their memory for ever.
const keptBuffer = 256 << 10

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

func getBuffer() *[]byte { return buffers.Get().(*[]byte) }

func putBuffer(b *[]byte) {
	if cap(*b) <= keptBuffer {
		*b = (*b)[:0]
		buffers.Put(b)
	}
}

// respond writes one answer with its length.
func respond(w http.ResponseWriter, m media, status int, resp *graphql.Response, cost *gql.Cost) {
	buf := getBuffer()
	defer putBuffer(buf)
	*buf = gql.AppendResponse(*buf, resp, cost)
	h := w.Header()
	h["Content-Type"] = contentTypes[m]
	h.Set("Content-Length", strconv.Itoa(len(*buf)))
	w.WriteHeader(status)
	_, _ = w.Write(*buf) // the client may be gone; then nobody can be notified
}

var contentTypes = [...][]string{
	mediaNone: {mediaTypes[mediaJSON].header}, mediaJSON: {mediaTypes[mediaJSON].header},
	mediaResponse: {mediaTypes[mediaResponse].header}, mediaStream: {mediaTypes[mediaJSON].header},
}

// refuseHTTP writes a refusal as an HTTP answer.
func (s *Server) refuseHTTP(w http.ResponseWriter, r *http.Request, m media, refused *refusal) {
	for name, value := range refused.header {
		w.Header().Set(name, value)
	}
	if refused.quota != nil {
		writeQuota(w.Header(), *refused.quota)
	}
	s.endKeepAlive(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	status := refused.status
	if refused.graphql && m != mediaResponse {
		status = http.StatusOK
	}
	s.metrics.refused(refused)
	respond(w, m, status, s.cfg.Executor.DispatchError(r.Context(), refused.errors), nil)
	s.logRefusal(r.Context(), "http", refused)
}

// endKeepAlive ends the connection after this answer, if the server is about to stop: a request that arrives on a connection
// while the server closes it is lost.
func (s *Server) endKeepAlive(h http.Header) {
	if s.draining.Load() {
		h["Connection"] = connectionClose
	}
}

var connectionClose = []string{"close"}

// writeQuota writes an allowance in the headers of draft-ietf-httpapi-ratelimit-headers-10.
func writeQuota(h http.Header, q quota) {
	if q.limit == 0 {
		return
	}
	b := make([]byte, 0, 96)
	b = append(append(append(b, '"'), q.name...), `";q=`...)
	b = strconv.AppendInt(b, q.limit, 10)
	b = append(append(b, ";w="...), seconds(q.window)...)
	n := len(b)
	b = append(append(append(b, '"'), q.name...), `";r=`...)
	b = strconv.AppendInt(b, q.remaining, 10)
	b = append(append(b, ";t="...), seconds(q.reset)...)
	text := string(b)
	h["Ratelimit-Policy"], h["Ratelimit"] = []string{text[:n]}, []string{text[n:]}
}

// seconds rounds up: a client that waits a little too long gets its answer, one that retries too early does not.
func seconds(d time.Duration) string { return strconv.FormatInt(int64(math.Ceil(d.Seconds())), 10) }
