package actlog

import (
	"net/http"

	"github.com/plenary-dialogue/plenary/internal/openapi"
)

// Tag groups the operations of the log.
const Tag = "Log"

// Served is what Handler answers, below /log/.
func Served() []openapi.Operation {
	level := openapi.Parameter{
		In: openapi.Path, Name: "level", Description: "The level of the tree, or `entries` for the hashes of the entries.", Schema: openapi.Text("").Like("^([0-5]|entries)$"), Example: "0",
	}
	tile := openapi.Parameter{
		In: openapi.Path, Name: "tile", Schema: openapi.Text("").Like("^[0-9]{3}$"), Example: "000",
		Description: "The number of the tile. From 1,000 on there are more segments: tile 1,234 is `x001/234`.",
	}
	width := openapi.Parameter{
		In: openapi.Path, Name: "width", Description: "How many hashes the tile has so far.", Schema: openapi.Inline{"type": "integer", "minimum": 1, "maximum": tileWidth - 1}, Example: 1,
	}
	const about = "As C2SP tlog-tiles specifies. What is not signed yet is not published."
	return []openapi.Operation{
		{
			Method: http.MethodGet, Path: "/log/checkpoint", ID: "readCheckpoint", Tag: Tag, Summary: "The newest checkpoint of the log",
			Description: "A signed note (C2SP tlog-checkpoint).", Head: true,
			Responses: []openapi.Response{
				{Status: http.StatusOK, Description: "The checkpoint.", Content: openapi.Content{"text/plain": openapi.Text("")}, Headers: []openapi.Field{anyPage}},
				openapi.Refusal(http.StatusNotFound, "Nothing was signed yet."),
			},
		},
		served("readTile", "/log/tile/{level}/{tile}", "A whole tile of the log", about, level, tile),
		served("readPartialTile", "/log/tile/{level}/{tile}.p/{width}", "A tile that is not whole yet", about, level, tile, width),
	}
}

// anyPage is the header that lets the pages of every site read an answer.
var anyPage = openapi.Field{Name: "Access-Control-Allow-Origin", Description: "Any page may monitor the log.", Schema: openapi.Inline{"const": "*"}}

func served(id, path, summary, about string, parameters ...openapi.Parameter) openapi.Operation {
	const media = "application/octet-stream"
	return openapi.Operation{
		Method: http.MethodGet, Path: path, ID: id, Tag: Tag, Summary: summary, Description: about, Parameters: parameters, Head: true,
		Responses: []openapi.Response{
			{Status: http.StatusOK, Description: "The hashes, one after the other.", Content: openapi.Content{media: openapi.Bytes(media)}, Headers: []openapi.Field{anyPage}},
			openapi.Refusal(http.StatusNotFound, "There is no such tile, or not yet."),
		},
	}
}
