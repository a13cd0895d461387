package report

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"
)

// moved is a document with all its times in another zone: the same moments.
func moved(v reflect.Value, to *time.Location) {
	switch {
	case v.Type() == timeType:
		v.Set(reflect.ValueOf(v.Interface().(time.Time).In(to)))
	case v.Kind() == reflect.Pointer && !v.IsNil():
		moved(v.Elem(), to)
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			moved(v.Index(i), to)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			moved(v.Field(i), to)
		}
	}
}

// hashes are those of every format of a mixed report, made with times in the local zone.
func hashes(t *testing.T) string {
	t.Helper()
	d := example(3, english, french, chinese)
	moved(reflect.ValueOf(d), time.Local) //nolint:gosmopolitan // that is the point
	var all strings.Builder
	for _, f := range Formats() {
		file, _ := rendered(t, f.Name, d)
		fmt.Fprintf(&all, "%s %s\n", f.Name, hexSum(file))
	}
	return all.String()
}

func TestSameBytesInEveryProcessZoneAndLocale(t *testing.T) {
	if os.Getenv("REPORT_HASHES") != "" {
		fmt.Printf("<%s>", hashes(t))
		return
	}
	want := hashes(t)
	if again := hashes(t); again != want {
		t.Errorf("the second time the files are\n%s, the first time\n%s", again, want)
	}
	command := exec.Command(os.Args[0], "-test.run=^TestSameBytesInEveryProcessZoneAndLocale$")
	command.Env = append(os.Environ(), "REPORT_HASHES=1", "TZ=Asia/Kathmandu", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=1")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(out, []byte("<"))
	got, _, _ := bytes.Cut(rest, []byte(">"))
	if string(got) != want {
		t.Errorf("elsewhere the files are\n%s, here\n%s", got, want)
	}
}
