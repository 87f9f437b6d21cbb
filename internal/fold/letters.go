package fold

// letters lists the letters of the Latin alphabet that decomposition leaves whole, by the plain letters that they are found and ordered as:
// those that Unicode names as a letter with a stroke, a hook or a tail, and the ligatures of Europe.
var letters = map[string]string{
	"a":  "Ⱥᶏⱥ",
	"aa": "Ꜳꜳ",
	"σ":  "ς",
	"ae": "Ææ",
	"b":  "ƀƁƂƃɃɓᵬᶀꞖꞗ",
	"c":  "ƇƈȻȼɕꞒꞓꞔꟄ",
	"d":  "ĐđƊƋƌȡɖɗᵭᶁᶑꟇꟈðÐ",
	"e":  "Ɇɇᶒⱸꬴ" + "ƏəƎǝƐɛ",
	"f":  "ƑƒᵮᶂꞘꞙ",
	"g":  "ƓǤǥɠᶃꞠꞡ",
	"h":  "ĦħɦⱧⱨꞕꞪ",
	"i":  "Ɨɨᶖı",
	"j":  "ɈɉʝꞲ",
	"k":  "ƘƙᶄⱩⱪꝀꝁꝂꝃꝄꝅꞢꞣĸ",
	"l":  "ŁłƚȴȽɫɬɭᶅⱠⱡⱢꝈꝉꞎꞭꬷꬸꬹ",
	"m":  "ɱᵯᶆⱮꬺ",
	"n":  "ƝƞȠȵɲɳᵰᶇꞐꞑꞤꞥꬻŊŋ",
	"o":  "ØøƟⱺꝊꝋꝌꝍ" + "Ɔɔ",
	"oe": "Œœ",
	"p":  "ƤƥᵱᵽᶈⱣꝐꝑꝒꝓꝔꝕ",
	"q":  "ɋʠꝖꝗꝘꝙ",
	"r":  "ɌɍɼɽɾᵲᵳᶉⱤꞦꞧꭉ",
	"s":  "ȿʂᵴᶊⱾꞨꞩꟅꟉꟊ",
	"ss": "ßẞ",
	"t":  "ŦŧƫƬƭƮȶȾʈᵵⱦ",
	"th": "þÞ",
	"ou": "Ȣȣ",
	"u":  "ᶙꞸꞹꭎꭒ",
	"v":  "ƲʋᶌⱱⱴꝞꝟ",
	"w":  "Ⱳⱳ",
	"x":  "ᶍꭖꭗꭘꭙ",
	"y":  "ƳƴɎɏỾỿꭚ",
	"z":  "ƵƶȤȥɀʐʑᵶᶎⱫⱬⱿꟆ" + "Ʒʒ",
}

// plain is letters by the letter.
var plain = func() map[rune]string {
	all := map[rune]string{}
	for to, from := range letters {
		for _, r := range from {
			all[r] = to
		}
	}
	return all
}()
