package filetype

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// The files of the tests are made here: each is the least that is whole, and a case adds what it is about.

// part is an entry of an archive.
type part struct{ name, content string }

// archive packs parts, the first one as it is.
func archive(t testing.TB, parts ...part) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i, p := range parts {
		method := zip.Deflate
		if i == 0 {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(p.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`

// changed replaces parts by those of the same name, and adds the others.
func changed(parts []part, by ...part) []part {
	parts = append([]part(nil), parts...)
next:
	for _, p := range by {
		for i := range parts {
			if parts[i].name == p.name {
				parts[i] = p
				continue next
			}
		}
		parts = append(parts, p)
	}
	return parts
}

func contentTypes(main string, more ...string) part {
	return part{"[Content_Types].xml", declaration + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Default Extension="png" ContentType="image/png"/><Override PartName="/main.xml" ContentType="` + main + `"/>` + strings.Join(more, "") + `</Types>`}
}

const officeRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

func relations(name string, lines ...string) part {
	return part{name, declaration + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + strings.Join(lines, "") + `</Relationships>`}
}

func relation(kind, target, mode string) string {
	if mode != "" {
		mode = ` TargetMode="` + mode + `"`
	}
	return fmt.Sprintf(`<Relationship Id="r%x" Type="%s%s" Target="%s"%s/>`, target, officeRelations, kind, target, mode)
}

const (
	wordMain  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	sheetMain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
)

func word(body string) part {
	return part{"word/document.xml", declaration + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:body>` + body + `</w:body></w:document>`}
}

func docx() []part {
	return []part{
		contentTypes(wordMain), relations("_rels/.rels", relation("officeDocument", "word/document.xml", "")),
		word(`<w:p><w:r><w:t>What we measured</w:t></w:r></w:p>`),
		relations("word/_rels/document.xml.rels", relation("hyperlink", "https://example.org/method", "External"), relation("image", "media/image1.png", "")),
		{"word/media/image1.png", "\x89PNG\r\n\x1a\n..."},
		{"docProps/app.xml", declaration + `<Properties/>`},
	}
}

func sheet(cells string) part {
	return part{"xl/worksheets/sheet1.xml", declaration + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>` + cells + `</row></sheetData></worksheet>`}
}

func xlsx() []part {
	return []part{
		contentTypes(sheetMain), relations("_rels/.rels", relation("officeDocument", "xl/workbook.xml", "")),
		{"xl/workbook.xml", declaration + `<workbook/>`},
		sheet(`<c r="A1"><f>SUM(B1:B2)</f><v>3</v></c>`),
		{"xl/printerSettings/printerSettings1.bin", "\x00d\x00e\x00v"},
	}
}

func open(body string) part {
	return part{"content.xml", declaration + `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"><office:scripts/><office:body>` + body + `</office:body></office:document-content>`}
}

func odf(t Type) []part {
	return []part{
		{"mimetype", string(t)},
		{"META-INF/manifest.xml", declaration + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="` + string(t) + `"/></manifest:manifest>`},
		open(`<text:p>What we <text:a xlink:href="https://example.org/">measured</text:a><draw:image xlink:href="Pictures/1.png"/><draw:object xlink:href="./Object 1"/></text:p>`),
		{"Configurations2/accelerator/current.xml", ""},
		{"Pictures/1.png", "\x89PNG\r\n\x1a\n..."},
		{"Object 1/content.xml", declaration + `<chart/>`},
	}
}

func deflated(content string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write([]byte(content))
	_ = w.Close()
	return out.String()
}

// pdfOf writes a PDF of these objects, the first of them its root.
func pdfOf(objects ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	places := make([]int, len(objects))
	for i, o := range objects {
		places[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, p := range places {
		fmt.Fprintf(&out, "%010d 00000 n \n", p)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, at)
	return out.Bytes()
}

var pages = []string{
	"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
	"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Annots [<< /Subtype /Link /A << /S /URI /URI (https://example.org/Launch) >> >>] >>",
	stream("", "BT /F1 12 Tf (An obj is /JavaScriptless) Tj ET"),
}

// pdf is a page with these objects beside it.
func pdf(more ...string) []byte { return pdfOf(append(append([]string(nil), pages...), more...)...) }

func stream(dict, content string) string {
	return fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(content), dict, content)
}

// packed is a stream of objects.
func packed(dict string, content func(string) string, objects ...string) string {
	head, body := "", ""
	for i, o := range objects {
		head += fmt.Sprintf("%d %d ", 10+i, len(body))
		body += o + " "
	}
	return stream(fmt.Sprintf("/Type /ObjStm /N %d /First %d %s", len(objects), len(head), dict), content(head+body))
}

func picture() image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for i := range m.Pix {
		m.Pix[i] = byte(i * i)
	}
	return m
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func jpegOf(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture(), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func paletted() image.Image {
	return image.NewPaletted(image.Rect(0, 0, 9, 3), color.Palette{color.White, color.Black})
}

// webpFile is a picture of one pixel, without loss.
const webpFile = "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
