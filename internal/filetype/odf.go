package filetype

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

func checkODT(content []byte) *Refusal { return checkODF(ODT, content) }
func checkODS(content []byte) *Refusal { return checkODF(ODS, content) }

// checkODF takes an OpenDocument package (ISO/IEC 26300) that says of itself that it is of the type, and consists of XML, pictures and
// fonts. Charts and formulas are documents of their own in it; they are XML, and nothing else is allowed in them either.
func checkODF(t Type, content []byte) *Refusal {
	entries, r := unzip(t, content)
	if r != nil {
		return r
	}
	if len(entries) == 0 || entries[0].name != "mimetype" || string(bytes.TrimSpace(entries[0].content)) != string(t) {
		return isNot(t)
	}
	listed, said := false, false
	for _, e := range entries[1:] {
		listed, said = listed || e.name == "meta-inf/manifest.xml", said || e.name == "content.xml"
		if r := openPart(e); r != nil {
			return r
		}
	}
	if !listed || !said {
		return refuse(CutOff, "the document lacks its content or the list of its parts")
	}
	return nil
}

func openPart(e entry) *Refusal {
	folder, _, _ := strings.Cut(e.name, "/")
	switch kind := path.Ext(e.name); {
	case strings.HasSuffix(e.name, "/") || len(e.content) == 0:
		return nil
	case folder == "basic" || folder == "scripts" || folder == "dialogs":
		return refuse(Active, "the document has macros")
	case isFile(e.content):
		return embedded(e.name)
	case e.name == "meta-inf/manifest.xml":
		return walk(e.name, e.content, manifest)
	case kind == ".xml" || kind == ".rdf" || kind == ".svg":
		return walk(e.name, e.content, func(el element) *Refusal { return openElement(e.name, el) })
	case isPicture(e.content) || isFont(e.content), e.name == "layout-cache":
		return nil
	}
	return embedded(e.name)
}

// manifest looks at a line of the list of parts.
func manifest(e element) *Refusal {
	kind := strings.ToLower(e.value("media-type"))
	switch {
	case e.begin && e.Local == "encryption-data":
		return refuse(Active, "the document is encrypted, so that nobody can look into it: save it without a password")
	case strings.Contains(kind, "oleobject") || strings.Contains(kind, "javascript") || strings.Contains(kind, "java"):
		return refuse(Active, "the document holds a part of the type %q, which runs or is a file of its own", named(kind))
	}
	return nil
}

// programs are elements of OpenDocument that run something or load it.
var programs = map[string]string{
	"event-listener": "a macro", "script": "a macro", "applet": "an applet", "plugin": "a plug-in", "floating-frame": "a page from elsewhere",
	"object-ole": "an embedded file", "dde-source": "a connection to other data", "dde-connection-decl": "a connection to other data",
	"dde-connection": "a connection to other data", "dde-link": "a connection to other data", "table-source": "a connection to other data",
	"cell-range-source": "a connection to other data", "section-source": "a part of another file",
	"database-source-sql": "a connection to other data", "database-source-table": "a connection to other data", "database-source-query": "a connection to other data",
	"connection-resource": "a connection to other data",
}

// outside are formulas that load something.
var outside = regexp.MustCompile(`(?i)(^|[^A-Z0-9_])(WEBSERVICE|DDE|CALL|EXEC)\s*\(|'(file|https?|ftp|smb):`)

func openElement(part string, e element) *Refusal {
	if !e.begin {
		return nil
	}
	local := e.Local
	if what, ok := programs[local]; ok {
		return refuse(Active, "the part %q of the document has %s", named(part), what)
	}
	for _, a := range e.attr {
		switch a.Name.Local {
		case "href":
			if r := link(part, local, a.Value); r != nil {
				return r
			}
		case "formula", "condition":
			if outside.MatchString(a.Value) {
				return refuse(Active, "a formula of the document loads something from elsewhere")
			}
		}
	}
	return nil
}

// link refuses what leads out of the document, unless a reader follows it by a click. The template that a document was made from is
// only named.
func link(part, element, target string) *Refusal {
	switch element {
	case "a":
		if leads(target) || !remote(target) && !strings.HasPrefix(target, "../") && !strings.HasPrefix(target, "/") && !strings.Contains(target, ":") {
			return nil
		}
	case "template":
		return nil
	default:
		if !remote(target) && !strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "../") && !strings.Contains(target, ":") {
			return nil
		}
	}
	return refuse(Active, "the part %q of the document loads something from elsewhere, or links to a file", named(part))
}
