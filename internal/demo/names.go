package demo

import (
	"fmt"
	"strings"

	"habilis/internal/fold"
)

var firstNames = strings.Fields(`Claire Hugo Inès Sami Léa Jeanne Marc Nora Yann Adèle Tom Louise Karim Élise Paul Fatou Gaël Manon Noé Anaïs Rémi Zoé
	Bastien Maëlle Théo Aïcha Luc Soizic Omar Chloé Damien Sophie Loïc Océane Victor Camille Mehdi Agathe Florent Héloïse`)

var lastNames = strings.Fields(`Morel Petit Caron Haddad Fontaine Roux Weiss Blin Noël Berger Diallo Lefèvre Martin Garnier Benali Rousseau Leroy Girard
	Chevalier Masson Guérin Muller Perrin Faure Mercier Dupuis Gauthier Bonnet Lambert François Kaya Nguyen Robin Lemaire Barbier Arnaud Vidal Renaud
	Brunet Colin Picard Hubert Royer Aubert Jacquet Carpentier Besson Marchand Giraud Pons`)

var trades = []string{
	"Boulangerie", "Menuiserie", "Pharmacie", "Garage", "Librairie", "Transports", "Maçonnerie", "Fleuriste", "Clinique vétérinaire", "Imprimerie",
	"Atelier", "Brasserie", "Électricité", "Plomberie", "Cabinet infirmier", "Épicerie", "Pépinière", "Serrurerie", "Traiteur", "Auto-école",
}

var towns = [][2]string{
	{"69002", "Lyon"}, {"44000", "Nantes"}, {"35000", "Rennes"}, {"31000", "Toulouse"}, {"13001", "Marseille"}, {"67000", "Strasbourg"}, {"33000", "Bordeaux"},
	{"59000", "Lille"}, {"21000", "Dijon"}, {"29200", "Brest"}, {"63000", "Clermont-Ferrand"}, {"38000", "Grenoble"}, {"14000", "Caen"}, {"54000", "Nancy"},
	{"87000", "Limoges"}, {"64000", "Pau"}, {"25000", "Besançon"}, {"86000", "Poitiers"}, {"80000", "Amiens"}, {"20000", "Ajaccio"},
}

var streets = []string{"quai Perrache", "rue des Tilleuls", "avenue de la Gare", "place du Marché", "rue de l’Église", "chemin du Moulin", "boulevard Carnot", "rue Haute"}

var services = [][2]string{{"ACH", "Achats"}, {"CPT", "Comptabilité"}, {"VEN", "Ventes"}}

// domain belongs to nobody (RFC 2606).
const domain = "@exemple.example"

func person(i int) (first, last string) {
	return firstNames[i%len(firstNames)], lastNames[(i/len(firstNames)+i*7)%len(lastNames)]
}

func address(i int) string {
	first, last := person(i)
	plain := func(s string) string { return strings.ReplaceAll(fold.Key(s), " ", "-") }
	return fmt.Sprintf("%s.%s.%d", plain(first)[:1], plain(last), i) + domain
}

func company(i int) (name, postcode, town string) {
	t := towns[(i*3+i/len(towns))%len(towns)]
	return trades[i%len(trades)] + " " + lastNames[(i/3+i*11)%len(lastNames)], t[0], t[1]
}

// siret makes a number with right keys that no business has: the SIRENE register gives no number that begins with 00.
func siret(i int) string {
	siren := close10(fmt.Sprintf("00%06d", i+10))
	return close10(siren + fmt.Sprintf("%04d", 1+i%3))
}

// close10 adds the digit that makes the Luhn sum a multiple of 10.
func close10(digits string) string {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return digits + string(rune('0'+(10-sum%10)%10))
}
