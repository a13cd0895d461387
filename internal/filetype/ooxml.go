package filetype

import (
	"path"
	"regexp"
	"strings"
	"unicode"
)

const ooxml = "application/vnd.openxmlformats-officedocument."

func checkDOCX(content []byte) *Refusal {
	return checkOOXML(DOCX, content, ooxml+"wordprocessingml.document.main+xml")
}

func checkXLSX(content []byte) *Refusal {
	return checkOOXML(XLSX, content, ooxml+"spreadsheetml.sheet.main+xml")
}

// checkOOXML takes an Office Open XML package (ECMA-376) whose main part has the type, and which consists of XML, pictures and fonts.
// Three things say what a part is, and programs believe any of them: its content type, the relationship that leads to it, and its
// bytes.
func checkOOXML(t Type, content []byte, main string) *Refusal {
	entries, r := unzip(t, content)
	if r != nil {
		return r
	}
	o := &office{t: t, main: main}
	for _, e := range entries {
		if r := o.part(e); r != nil {
			return r
		}
	}
	if !o.typed || !o.related {
		return isNot(t)
	}
	return nil
}

type office struct {
	t       Type
	main    string
	typed   bool // the list of content types names the main part
	related bool // a relationship of the package leads to it
}

func (o *office) part(e entry) *Refusal {
	switch kind := path.Ext(e.name); {
	case len(e.content) == 0:
		return nil // a folder, or the origin of signatures
	case isFile(e.content):
		return embedded(e.name)
	case e.name == "[content_types].xml":
		return walk(e.name, e.content, o.contentType)
	case kind == ".rels":
		return walk(e.name, e.content, func(el element) *Refusal { return o.relationship(e.name, el) })
	case kind == ".xml" || kind == ".vml" || kind == ".svg":
		fields := new(fields)
		return walk(e.name, e.content, func(el element) *Refusal { return visible(fields, e.name, el) })
	case isPicture(e.content) || isFont(e.content):
		return nil
	case kind == ".odttf" && strings.HasPrefix(e.name, "word/fonts/"), strings.Contains(e.name, "/printersettings/printersettings") && kind == ".bin":
		return nil // a font that Word has scrambled, and what a printer was set to
	}
	return embedded(e.name)
}

func embedded(name string) *Refusal {
	return refuse(Active, "the document holds the part %q, which is a macro, an embedded file or something else than text, pictures and fonts", named(name))
}

// contentType looks at a line of [Content_Types].xml.
func (o *office) contentType(e element) *Refusal {
	if !e.begin {
		return nil
	}
	kind := strings.ToLower(e.value("ContentType"))
	if kind == o.main {
		o.typed = true
	}
	for _, word := range []string{"macro", "vba", "activex", "oleobject", "externallink", "attachedtoolbars", "keymapcustomizations", "webextension", "connections+xml", "querytable", "javascript", "html", "/msword", "/rtf"} {
		if strings.Contains(kind, word) {
			return refuse(Active, "the document holds a part of the type %q, which runs, is a file of its own or loads others", named(kind))
		}
	}
	return nil
}

// ways are the last words of relationships that lead to what runs, is a file of its own, or loads others.
var ways = map[string]string{
	"vbaproject": "macros", "wordvbadata": "macros", "xlmacrosheet": "macros", "xlintlmacrosheet": "macros", "attachedtoolbars": "macros", "keymapcustomizations": "macros",
	"oleobject": "an embedded file", "package": "an embedded file", "afchunk": "an embedded file", "control": "a control that can run scripts",
	"activexcontrolbinary": "a control that can run scripts", "externallink": "a link to another file", "externallinkpath": "a link to another file",
	"externallinklongpath": "a link to another file", "attachedtemplate": "a template that is loaded from elsewhere: choose the normal template and save it again",
	"connections": "a connection to other data", "querytable": "a connection to other data", "webextension": "an add-in", "webextensiontaskpanes": "an add-in",
	"subdocument": "a link to another file", "frame": "a link to another file", "mailmergesource": "a connection to other data", "mailmergeheadersource": "a connection to other data",
	"recipientdata": "a connection to other data", "video": "embedded media", "audio": "embedded media", "media": "embedded media",
	"ui/extensibility": "commands of its own", "usercustomization": "commands of its own",
}

func (o *office) relationship(part string, e element) *Refusal {
	if !e.begin || e.Local != "Relationship" {
		return nil
	}
	kind := strings.ToLower(strings.TrimRight(e.value("Type"), "/ "))
	last := path.Base(kind)
	if part == "_rels/.rels" && last == "officedocument" {
		o.related = true
	}
	for _, word := range []string{last, path.Join(path.Base(path.Dir(kind)), last)} {
		if what, ok := ways[word]; ok {
			return refuse(Active, "the document has %s", what)
		}
	}
	if mode := strings.ToLower(strings.TrimSpace(e.value("TargetMode"))); mode == "" || mode == "internal" {
		return nil
	}
	if last != "hyperlink" || !leads(e.value("Target")) {
		return refuse(Active, "the document loads something from elsewhere, or links to a file (%s)", named(last))
	}
	return nil
}

// fields are the fields of a Word document whose instructions are being read: programs write one in many pieces.
type fields struct {
	open    []string
	reading string // the element whose text counts
}

// loading are the fields of Word that load something or start a program.
var loading = map[string]bool{
	"DDE": true, "DDEAUTO": true, "INCLUDEPICTURE": true, "INCLUDETEXT": true, "INCLUDE": true, "IMPORT": true, "LINK": true, "DATABASE": true, "EMBED": true, "RD": true,
}

// calls are the functions of a spreadsheet that load something or start a program.
var calls = regexp.MustCompile(`(?i)(^|[^A-Z0-9_])(WEBSERVICE|RTD|CALL|REGISTER(\.ID)?|EXEC|DDE|IMAGE|FOPEN)\s*\(`)

// visible looks at an element of a part.
func visible(f *fields, part string, e element) *Refusal {
	switch {
	case e.text != nil:
		return f.said(string(e.text))
	case !e.begin:
		if e.Local == f.reading {
			f.reading = ""
		}
		return nil
	}
	switch e.Local {
	case "instrText", "delInstrText", "f", "definedName", "formula1", "formula2":
		f.reading = e.Local
	case "fldSimple":
		return instruction(e.value("instr"))
	case "fldChar":
		return f.character(e.value("fldCharType"))
	case "OLEObject", "oleObject", "altChunk", "control", "ddeLink", "oleLink":
		return refuse(Active, "the part %q of the document has an embedded or linked object", named(part))
	}
	if remote(e.value("src")) || strings.HasPrefix(e.Local, "image") && remote(e.value("href")) {
		return refuse(Active, "the part %q of the document loads something from elsewhere", named(part))
	}
	return nil
}

// remote tells whether an address leads out of the document.
func remote(v string) bool {
	v = strings.ToLower(strings.TrimSpace(v))
	return strings.Contains(v, "://") || strings.HasPrefix(v, "//") || strings.HasPrefix(v, `\\`) || strings.HasPrefix(v, "file:")
}

func (f *fields) said(text string) *Refusal {
	switch f.reading {
	case "instrText", "delInstrText":
		if n := len(f.open) - 1; n >= 0 && len(f.open[n]) < longestWord {
			f.open[n] = strings.TrimLeftFunc(f.open[n]+text, unicode.IsSpace)
			return instruction(f.open[n])
		}
	case "f", "definedName", "formula1", "formula2":
		if calls.MatchString(text) {
			return refuse(Active, "a formula of the workbook loads something from elsewhere")
		}
	}
	return nil
}

// longestWord is more than the first word of an instruction, with what stands before it.
const longestWord = 1000

// character is where a field begins and where it ends.
func (f *fields) character(kind string) *Refusal {
	n := len(f.open)
	switch {
	case kind == "begin":
		if n > mostDepth {
			return refuse(Other, "the fields of the document are nested too deeply")
		}
		f.open = append(f.open, "")
	case n > 0 && kind == "end":
		f.open = f.open[:n-1]
	}
	return nil
}

// instruction refuses a field by its first word.
func instruction(text string) *Refusal {
	if words := strings.Fields(strings.ToUpper(text)); len(words) > 0 && loading[strings.Trim(words[0], `"`)] {
		return refuse(Active, "a field of the document (%s) loads something from elsewhere", named(words[0]))
	}
	return nil
}
