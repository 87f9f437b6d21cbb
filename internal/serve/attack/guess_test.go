package attack_test

import "net/url"

// What these tests guess of the first launch: where the printed address carries its token, and how set-up is sent it.
// Only this file knows.

// firstToken is the one-time token of the printed address, empty where it carries none.
func (s *site) firstToken() string {
	u, err := url.Parse(s.printed)
	if err != nil {
		return ""
	}
	for _, value := range u.Query() {
		return value[0]
	}
	if u.Fragment != "" {
		if values, err := url.ParseQuery(u.Fragment); err == nil {
			for name, value := range values {
				if value[0] != "" {
					return value[0]
				}
				return name
			}
		}
	}
	return ""
}

// first is a page that was opened with the printed address.
func (s *site) first() *visitor { return s.visitor() }

// firstWish is the set-up as such a page sends it.
func (s *site) firstWish() object {
	wish := setUpWish()
	if token := s.firstToken(); token != "" {
		wish["token"] = token
	}
	return wish
}
