package report

import (
	"bytes"
	"fmt"
	"iter"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func openBook(t *testing.T, file []byte) *excelize.File {
	t.Helper()
	b, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func sheetRowsOf(t *testing.T, b *excelize.File, name string) [][]string {
	t.Helper()
	rows, err := b.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestATextTooLongForACellIsWholeAndSaid(t *testing.T) {
	long := strings.Repeat("ab字🙂", 20_000) // 100,000 UTF-16 units
	d := example(2, english)
	d.Assessment.Comments[0].Body = long
	file, problems := rendered(t, "xlsx", d)
	if len(problems) != 1 || problems[0].Code != "CELL_LENGTH" {
		t.Fatalf("problems = %v, want one about the length", problems)
	}
	b := openBook(t, file)
	var got strings.Builder
	for i, r := range sheetRowsOf(t, b, longSheet)[1:] {
		if r[0] != problems[0].Where || r[1] != strconv.Itoa(i+1) {
			t.Errorf("part %d is of %s, number %s", i+1, r[0], r[1])
		}
		got.WriteString(r[2])
	}
	if got.String() != long {
		t.Errorf("the parts have %d bytes, want the %d of the text", got.Len(), len(long))
	}
	sheet, cellName, _ := strings.Cut(problems[0].Where, "!")
	if first, err := b.GetCellValue(sheet, cellName); err != nil || !strings.HasPrefix(long, first) || len(first) < 50_000 {
		t.Errorf("the cell holds %d bytes that do not begin the text (%v)", len(first), err)
	}
	said := false
	for _, r := range sheetRowsOf(t, b, notesSheet) {
		said = said || len(r) == 3 && r[0] == "CELL_LENGTH" && r[1] == problems[0].Where && r[2] == problems[0].Text
	}
	if !said {
		t.Error("the sheet of notes does not say so")
	}
}

// A text of exactly the bound stays in its cell, as excelize counts.
func TestATextOfTheBoundIsNotCut(t *testing.T) {
	text := strings.Repeat("🙂", cellUnits/2) + "x"
	d := example(1, english)
	d.Assessment.Comments[0].Body = text
	file, problems := rendered(t, "xlsx", d)
	if len(problems) != 0 {
		t.Errorf("problems = %v", problems)
	}
	if !bytes.Contains(zipped(t, file)["xl/worksheets/sheet"+sheetNumber(t, openBook(t, file), "comments")+".xml"], []byte(text)) {
		t.Error("the text is not whole")
	}
}

func sheetNumber(t *testing.T, b *excelize.File, name string) string {
	t.Helper()
	for id, n := range b.GetSheetMap() {
		if n == name {
			return strconv.Itoa(id)
		}
	}
	t.Fatalf("no sheet %s", name)
	return ""
}

func TestASheetThatIsFullGoesOnInAnother(t *testing.T) {
	for _, row := range []struct {
		rows   int
		sheets []int // how many rows each has, without its head
	}{{3, []int{3}}, {4, []int{4}}, {5, []int{4, 1}}, {9, []int{4, 4, 1}}} {
		m, err := begin(example(1, english), Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := book{file: newBook(), making: m, cellUnits: cellUnits, sheetRows: 5}
		if err := b.begin(); err != nil {
			t.Fatal(err)
		}
		if err := b.table("many", numbers(row.rows, 1)); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := b.file.Write(&out); err != nil {
			t.Fatal(err)
		}
		read, next := openBook(t, out.Bytes()), 0
		for i, want := range row.sheets {
			name := "many"
			if i > 0 {
				name = fmt.Sprintf("many (%d)", i+1)
			}
			rows := sheetRowsOf(t, read, name)
			if len(rows) != want+1 || rows[0][0] != "c0" {
				t.Fatalf("%d rows: sheet %s has %d, want %d and the head", row.rows, name, len(rows)-1, want)
			}
			for _, r := range rows[1:] {
				if r[0] != strconv.Itoa(next) {
					t.Errorf("a row is %v, want %d", r, next)
				}
				next++
			}
		}
		if len(read.GetSheetList()) != 1+len(row.sheets) {
			t.Errorf("%d rows: sheets %v", row.rows, read.GetSheetList())
		}
		if len(m.problems) != len(row.sheets)-1 {
			t.Errorf("%d rows: problems %v", row.rows, m.problems)
		}
	}
}

// numbers is a table of so many rows and columns.
func numbers(rows, columns int) table {
	t := table{name: "many"}
	for i := range columns {
		t.columns = append(t.columns, column{name: fmt.Sprintf("c%d", i), kind: isNumber})
	}
	row := make([]cell, columns)
	t.rows = iter.Seq[[]cell](func(yield func([]cell) bool) {
		for n := range rows {
			for i := range row {
				row[i] = cell{text: strconv.Itoa(n), kind: isNumber}
				if i%2 == 1 {
					row[i] = cell{text: "answer " + strconv.Itoa(n)}
				}
			}
			if !yield(row) {
				return
			}
		}
	})
	return t
}

func TestSpreadsheetsHaveADictionaryAndHeadsThatStay(t *testing.T) {
	file, _ := rendered(t, "xlsx", example(3, english))
	b := openBook(t, file)
	if names := b.GetSheetList(); names[0] != dictionarySheet || !slices.Contains(names, notesSheet) || !slices.Contains(names, "answers") {
		t.Fatalf("sheets %v", names)
	}
	known := map[string]bool{}
	for _, r := range sheetRowsOf(t, b, dictionarySheet)[1:] {
		if len(r) < 5 || r[4] == "" {
			t.Fatalf("the dictionary says nothing of %v", r)
		}
		known[r[0]+"."+r[1]] = true
	}
	for _, name := range b.GetSheetList() {
		panes, err := b.GetPanes(name)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("the head of sheet %s does not stay in view", name)
		}
		if name == dictionarySheet || name == notesSheet {
			continue
		}
		for _, column := range sheetRowsOf(t, b, name)[0] {
			if !known[name+"."+column] {
				t.Errorf("the dictionary lacks %s.%s", name, column)
			}
		}
	}
}

// BenchmarkXLSX writes a million rows of four columns. It must take 30 s and 150 MB at most.
// A spreadsheet program may refuse columns that are not in order, or offer to repair the file.
func TestWidthsOfColumnsAreInOrder(t *testing.T) {
	file, _ := rendered(t, "xlsx", example(2, english))
	column := regexp.MustCompile(`<col min="(\d+)"`)
	widths := 0
	for name, content := range zipped(t, file) {
		before := 0
		for _, found := range column.FindAllSubmatch(content, -1) {
			at, err := strconv.Atoi(string(found[1]))
			if err != nil || at <= before {
				t.Fatalf("%s: column %d comes after %d (%v)", name, at, before, err)
			}
			before = at
			widths++
		}
	}
	if widths < 50 {
		t.Errorf("only %d columns have a width", widths)
	}
}

func TestColumnsAreAsWideAsWhatTheyHold(t *testing.T) {
	file, _ := rendered(t, "xlsx", example(2, english))
	b := openBook(t, file)
	for name, least := range map[string]float64{"body": 60, "createdAt": 28, "state": 18} {
		at := slices.Index(sheetRowsOf(t, b, "comments")[0], name)
		letter, err := excelize.ColumnNumberToName(at + 1)
		if err != nil {
			t.Fatal(err)
		}
		if wide, err := b.GetColWidth("comments", letter); err != nil || wide < least {
			t.Errorf("the column %s is %v wide, want %v (%v)", name, wide, least, err)
		}
	}
}

func BenchmarkXLSX(b *testing.B) {
	for b.Loop() {
		m, err := begin(example(1, english), Options{})
		if err != nil {
			b.Fatal(err)
		}
		var before runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var peak atomic.Uint64
		done, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			var now runtime.MemStats
			for tick := time.NewTicker(20 * time.Millisecond); ; {
				select {
				case <-done:
					tick.Stop()
					return
				case <-tick.C:
					runtime.ReadMemStats(&now)
					peak.Store(max(peak.Load(), now.HeapInuse-min(now.HeapInuse, before.HeapInuse)))
				}
			}
		}()
		one := book{file: newBook(), making: m, cellUnits: cellUnits, sheetRows: sheetRows}
		if err := one.begin(); err != nil {
			b.Fatal(err)
		}
		if err := one.table("many", numbers(1_000_000, 4)); err != nil {
			b.Fatal(err)
		}
		var out counter
		if err := one.file.Write(&out); err != nil {
			b.Fatal(err)
		}
		if err := one.file.Close(); err != nil {
			b.Fatal(err)
		}
		close(done)
		<-stopped
		b.ReportMetric(float64(peak.Load())/1e6, "peak-MB")
		b.ReportMetric(float64(out)/1e6, "file-MB")
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// BenchmarkReport makes reports of 150 answers with opinions.
func BenchmarkReport(b *testing.B) {
	for _, row := range []struct {
		name string
		in   []sample
	}{{"english", []sample{english}}, {"french", []sample{french}}, {"mixed", []sample{english, french, chinese}}} {
		d := example(150, row.in...)
		for _, f := range Formats() {
			b.Run(row.name+"/"+f.Name, func(b *testing.B) {
				for b.Loop() {
					rendered(b, f.Name, d)
				}
			})
		}
	}
}
