package filetype

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// checkText takes UTF-8 without the characters that only binary files have, which is no program or page in disguise.
func checkText(content []byte) *Refusal {
	if r := encoded(content); r != nil {
		return r
	}
	start := bytes.ToLower(bytes.TrimLeft(content[:min(len(content), 1024)], "\ufeff \t\r\n\f"))
	for _, other := range disguises {
		if bytes.HasPrefix(start, []byte(other.begins)) {
			return refuse(Other, "the text is %s and not plain text", other.word)
		}
	}
	return nil
}

var disguises = []struct{ begins, word string }{
	{"<!doctype", "HTML"},
	{"<html", "HTML"},
	{"<head", "HTML"},
	{"<body", "HTML"},
	{"<script", "HTML"},
	{"<iframe", "HTML"},
	{"<?xml", "XML"},
	{"<svg", "SVG"},
	{"<?php", "a program"},
	{"#!", "a program"},
	{"%pdf-", "a PDF"},
	{"%!ps", "PostScript"},
	{`{\rtf`, "RTF"},
	{"mime-version:", "a web archive"},
}

// encoded refuses what is not UTF-8 text.
func encoded(content []byte) *Refusal {
	if !utf8.Valid(content) {
		return refuse(Other, "the text is not UTF-8: save it with that encoding")
	}
	for i, c := range content {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' || c == 0x7f {
			return refuse(Other, "the text has a control character (0x%02x) at byte %d", c, i)
		}
	}
	return nil
}

// checkCSV takes text that reads as rows of one width with one of the usual separators, and holds no formula that a spreadsheet
// would run.
func checkCSV(content []byte) *Refusal {
	if r := checkText(content); r != nil {
		return r
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	return readCSV(content, separatorOf(content))
}

// separatorOf is the usual separator that divides the first row into the most fields.
func separatorOf(content []byte) rune {
	best, most := ',', 0
	for _, separator := range []rune{',', ';', '\t'} {
		c := csv.NewReader(bytes.NewReader(content))
		c.Comma, c.LazyQuotes = separator, true
		if fields, _ := c.Read(); len(fields) > most {
			best, most = separator, len(fields)
		}
	}
	return best
}

func readCSV(content []byte, separator rune) *Refusal {
	c := csv.NewReader(bytes.NewReader(content))
	c.Comma, c.ReuseRecord = separator, true
	rows := 0
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		switch {
		case errors.As(err, &wrong) && errors.Is(err, csv.ErrFieldCount):
			return refuse(Other, "line %d has %d fields where the first row has %d", wrong.Line, len(fields), c.FieldsPerRecord)
		case errors.As(err, &wrong):
			return refuse(CutOff, "a field of line %d has a quotation mark without its partner", wrong.Line)
		case err != nil:
			return refuse(Other, "the rows are not CSV")
		}
		rows++
		for i, field := range fields {
			if runs(field) {
				line, _ := c.FieldPos(i)
				return refuse(Active, "a field of line %d is a formula, which a spreadsheet would run: write the value in its place, or put ' in front", line)
			}
		}
	}
	if rows == 0 {
		return refuse(CutOff, "the file has no rows")
	}
	return nil
}

// called is a function with its brackets.
var called = regexp.MustCompile(`[A-Za-z0-9_.]\s*\(`)

// runs tells whether a spreadsheet would take a field for a formula that does something. A number with a sign, a name after @ and
// a line of a list are none.
func runs(field string) bool {
	field = strings.TrimLeft(field, " \t\r\n")
	if field == "" {
		return false
	}
	switch field[0] {
	case '=':
		return true
	case '+', '-', '@':
		if _, err := strconv.ParseFloat(field, 64); err == nil {
			return false
		}
		return strings.ContainsAny(field, "|!") || called.MatchString(field)
	}
	return false
}
