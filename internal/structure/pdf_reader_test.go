package structure_test

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
)

// printed is one piece of text of a page, where it stands, in points from the left and the bottom.
type printed struct {
	page       int
	x, y, size float64
	width      float64 // 0 where the font does not tell
	text       string
	missing    string // letters for which the font has no drawing
}

// paper reads the objects of a PDF file: enough of the format for what this program writes.
type paper struct {
	t       *testing.T
	objects map[int][]byte
	fonts   map[string]*printer
}

// printer is how a font's codes are read.
type printer struct {
	wide    bool // codes of two bytes
	unicode map[int]string
	widths  map[int]float64
	usual   float64
	drawing func(code int) int
}

var (
	object    = regexp.MustCompile(`(?s)(\d+) 0 obj\s(.*?)\sendobj`)
	fontNames = regexp.MustCompile(`/(F[0-9A-Za-z]+) (\d+) 0 R`)
	reference = `\s*\[?\s*(\d+) 0 R`
)

// readPaper returns every piece of text of a file, and the width of its pages.
func readPaper(t *testing.T, file []byte) (all []printed, width float64) {
	t.Helper()
	p := &paper{t: t, objects: map[int][]byte{}, fonts: map[string]*printer{}}
	for _, m := range object.FindAllSubmatch(file, -1) {
		n, _ := strconv.Atoi(string(m[1]))
		p.objects[n] = m[2]
	}
	box := regexp.MustCompile(`/MediaBox \[\s*[\d.]+ [\d.]+ ([\d.]+)`).FindSubmatch(file)
	require.NotNil(t, box)
	width, _ = strconv.ParseFloat(string(box[1]), 64)
	for _, o := range p.objects {
		if bytes.Contains(o, []byte("/Font")) && !bytes.Contains(o, []byte("/Subtype")) {
			for _, m := range fontNames.FindAllSubmatch(o, -1) {
				n, _ := strconv.Atoi(string(m[2]))
				p.fonts[string(m[1])] = p.font(n)
			}
		}
	}
	require.NotEmpty(t, p.fonts)
	page := 0
	for n := 1; n < 10_000; n++ {
		o := p.objects[n]
		if regexp.MustCompile(`/Type\s*/Page\b`).Match(o) {
			page++
			all = append(all, p.page(page, p.stream(p.pointed(o, "/Contents")))...)
		}
	}
	require.NotEmpty(t, all)
	return all, width
}

func (p *paper) pointed(o []byte, name string) int {
	m := regexp.MustCompile(name + reference).FindSubmatch(o)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(string(m[1]))
	return n
}

func (p *paper) stream(n int) []byte {
	p.t.Helper()
	o := p.objects[n]
	at := bytes.Index(o, []byte("stream"))
	end := bytes.LastIndex(o, []byte("endstream"))
	require.Positive(p.t, at, "object %d holds no stream", n)
	body := bytes.TrimPrefix(bytes.TrimPrefix(o[at+len("stream"):end], []byte("\r")), []byte("\n"))
	if !bytes.Contains(o[:at], []byte("/FlateDecode")) {
		return body
	}
	r, err := zlib.NewReader(bytes.NewReader(body))
	require.NoError(p.t, err)
	text, err := io.ReadAll(r)
	require.NoError(p.t, err)
	return text
}

func (p *paper) font(n int) *printer {
	o := p.objects[n]
	f := &printer{unicode: map[int]string{}, widths: map[int]float64{}, drawing: func(int) int { return 1 }}
	if !bytes.Contains(o, []byte("/Type0")) {
		for code := range 256 {
			f.unicode[code] = string(charmap.Windows1252.DecodeByte(byte(code)))
		}
		return f
	}
	f.wide = true
	f.characters(string(p.stream(p.pointed(o, "/ToUnicode"))))
	below := p.objects[p.pointed(o, "/DescendantFonts")]
	f.measure(below)
	if n := p.pointed(below, "/CIDToGIDMap"); n > 0 {
		drawings := p.stream(n)
		f.drawing = func(code int) int {
			if 2*code+1 >= len(drawings) {
				return 0
			}
			return int(drawings[2*code])<<8 | int(drawings[2*code+1])
		}
	} else {
		f.drawing = func(code int) int { return code }
	}
	return f
}

// characters reads which letters the codes are.
func (f *printer) characters(text string) {
	number := func(s string) int {
		n, _ := strconv.ParseInt(s, 16, 32)
		return int(n)
	}
	letters := func(s string) string {
		raw, _ := hex.DecodeString(s)
		var units []rune
		for i := 0; i+1 < len(raw); i += 2 {
			units = append(units, rune(raw[i])<<8|rune(raw[i+1]))
		}
		return joined(units)
	}
	for _, block := range regexp.MustCompile(`(?s)beginbfchar(.*?)endbfchar`).FindAllStringSubmatch(text, -1) {
		for _, m := range regexp.MustCompile(`<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>`).FindAllStringSubmatch(block[1], -1) {
			f.unicode[number(m[1])] = letters(m[2])
		}
	}
	for _, block := range regexp.MustCompile(`(?s)beginbfrange(.*?)endbfrange`).FindAllStringSubmatch(text, -1) {
		for _, m := range regexp.MustCompile(`<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>`).FindAllStringSubmatch(block[1], -1) {
			for code := number(m[1]); code <= number(m[2]); code++ {
				f.unicode[code] = string(rune(number(m[3]) + code - number(m[1])))
			}
		}
	}
}

// joined writes UTF-16 units as a text.
func joined(units []rune) string {
	var b strings.Builder
	for i := 0; i < len(units); i++ {
		if r := units[i]; r >= 0xd800 && r < 0xdc00 && i+1 < len(units) {
			i++
			b.WriteRune((r-0xd800)<<10 + units[i] - 0xdc00 + 0x10000)
			continue
		}
		b.WriteRune(units[i])
	}
	return b.String()
}

// measure reads the widths of the codes, in thousandths of the size.
func (f *printer) measure(o []byte) {
	f.usual = 1000
	if m := regexp.MustCompile(`/DW (\d+)`).FindSubmatch(o); m != nil {
		f.usual, _ = strconv.ParseFloat(string(m[1]), 64)
	}
	at := bytes.Index(o, []byte("/W ["))
	if at < 0 {
		return
	}
	text := string(o[at+4:])
	for _, m := range regexp.MustCompile(`(\d+)\s*\[([^\]]*)\]|(\d+)\s+(\d+)\s+([\d.]+)`).FindAllStringSubmatch(text, -1) {
		if m[3] == "" {
			code, _ := strconv.Atoi(m[1])
			for i, w := range strings.Fields(m[2]) {
				f.widths[code+i], _ = strconv.ParseFloat(w, 64)
			}
			continue
		}
		from, _ := strconv.Atoi(m[3])
		to, _ := strconv.Atoi(m[4])
		for code := from; code <= to; code++ {
			f.widths[code], _ = strconv.ParseFloat(m[5], 64)
		}
	}
}

// page reads the operators of a page.
func (p *paper) page(n int, text []byte) (all []printed) {
	var operands []string
	var font *printer
	var size, x, y float64
	value := func(back int) float64 {
		v, _ := strconv.ParseFloat(operands[len(operands)-back], 64)
		return v
	}
	show := func(raw string) {
		piece := printed{page: n, x: x, y: y, size: size}
		for _, code := range codes(font, raw) {
			letter := font.unicode[code]
			piece.text += letter
			if font.wide {
				w, known := font.widths[code]
				if !known {
					w = font.usual
				}
				piece.width += w * size / 1000
			}
			if font.drawing(code) == 0 && strings.TrimSpace(letter) != "" {
				piece.missing += letter
			}
		}
		all = append(all, piece)
		x += piece.width
	}
	for _, token := range tokens(text) {
		switch {
		case token == "BT":
			x, y = 0, 0
		case token == "Tf":
			font, size = p.fonts[operands[len(operands)-2][1:]], value(1)
		case token == "Td" || token == "TD":
			x, y = x+value(2), y+value(1)
		case token == "Tm":
			x, y = value(2), value(1)
		case token == "Tj" || token == "'" || token == `"`:
			show(operands[len(operands)-1])
		case token == "TJ":
			for _, o := range operands {
				if o[0] == '(' || o[0] == '<' {
					show(o)
				}
			}
		case strings.ContainsAny(token[:1], "(</[]+-.0123456789"):
			operands = append(operands, token)
			continue
		}
		operands = nil
	}
	return all
}

// codes returns the codes of a string of a page: its first character tells how it is written.
func codes(f *printer, raw string) (list []int) {
	text := []byte(raw[1:])
	if raw[0] == '<' {
		text, _ = hex.DecodeString(raw[1:])
	}
	if !f.wide {
		for _, b := range text {
			list = append(list, int(b))
		}
		return list
	}
	for i := 0; i+1 < len(text); i += 2 {
		list = append(list, int(text[i])<<8|int(text[i+1]))
	}
	return list
}

// tokens cuts a page into operands and operators. A string keeps its first bracket, and nothing of its escapes.
func tokens(text []byte) (list []string) {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '(':
			var s string
			s, i = literal(text, i)
			list = append(list, s)
		case c == '<' && i+1 < len(text) && text[i+1] != '<':
			end := bytes.IndexByte(text[i:], '>') + i
			list = append(list, string(text[i:end]))
			i = end + 1
		case c == '[' || c == ']':
			list = append(list, string(c))
			i++
		case bytes.IndexByte([]byte(" \t\r\n\x00\x0c"), c) >= 0:
			i++
		default:
			end := i + 1
			for end < len(text) && bytes.IndexByte([]byte(" \t\r\n\x00\x0c()[]<>/"), text[end]) < 0 {
				end++
			}
			list = append(list, string(text[i:end]))
			i = end
		}
	}
	return list
}

func literal(text []byte, i int) (s string, next int) {
	var b bytes.Buffer
	depth := 0
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
			if e := text[i]; e >= '0' && e <= '7' {
				end := i
				for end < i+3 && text[end] >= '0' && text[end] <= '7' {
					end++
				}
				n, _ := strconv.ParseUint(string(text[i:end]), 8, 8)
				b.WriteByte(byte(n))
				i = end - 1
			} else if at := strings.IndexByte("nrtbf", e); at >= 0 {
				b.WriteByte("\n\r\t\b\f"[at])
			} else {
				b.WriteByte(e)
			}
		case c == '(':
			depth++
			b.WriteByte(c)
		case c == ')':
			if depth--; depth == 0 {
				return b.String(), i + 1
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), i
}
