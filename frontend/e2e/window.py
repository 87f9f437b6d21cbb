#!/usr/bin/python3
"""The real window under Xvfb: the main job and the example, by keys, read back by the accessibility bus and in the file.

HABILIS_WINDOW_BINARY: the window's program (default build/habilis). Needs Xvfb, dbus, at-spi2-core, xdotool, imagemagick, python3-pyatspi.
The register is not asked: the firm keeps its SIRETs itself. Prints `N passed, N failed`.
"""

import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("HABILIS_WINDOW_BINARY", str(ROOT / "build" / "habilis"))
PATIENCE = float(os.environ.get("HABILIS_E2E_PATIENCE", "1"))
PASSPHRASE = "cheval agrafe nuage tiroir batterie lampe violon"
started = []
folders = []
passed = failed = 0


def start(args, **more):
    p = subprocess.Popen(args, stdin=subprocess.DEVNULL, start_new_session=True, **more)
    started.append(p)
    return p


def stop(p, patience=8):
    if p.poll() is None:
        p.send_signal(signal.SIGTERM)
        try:
            p.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()
    else:
        try:
            os.killpg(p.pid, signal.SIGKILL)  # what it left behind, of its own group only
        except ProcessLookupError:
            pass


def display(*more):
    """A screen of its own; Xvfb picks a free number."""
    read, write = os.pipe()
    start(["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp", *more], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    number = os.read(read, 16).decode().strip()
    os.environ["DISPLAY"] = f":{number}"
    os.environ.pop("WAYLAND_DISPLAY", None)


def bus():
    """A session bus of its own with the accessibility bus on it."""
    p = start(["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = p.stdout.readline().decode().strip()
    for place in ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher"):
        if os.path.exists(place):
            start([place, "--launch-immediately"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            break
    os.environ["NO_AT_BRIDGE"] = "0"
    os.environ["GTK_MODULES"] = "gail:atk-bridge"
    time.sleep(1)
    for name in ("IsEnabled", "ScreenReaderEnabled"):
        subprocess.run(
            ["gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus", "--method",
             "org.freedesktop.DBus.Properties.Set", "org.a11y.Status", name, "<true>"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def key(*names):
    subprocess.run(["xdotool", "key", "--clearmodifiers", "--delay", "40", *names], check=True)
    time.sleep(0.12)


def write(text):
    subprocess.run(["xdotool", "type", "--clearmodifiers", "--delay", "25", text], check=True)
    time.sleep(0.15)


def plain(text):
    """Without accents: letters that the keyboard has not are at times lost on their way, and searches do without them."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def day(days):
    """A day from today on, as French writes it."""
    return time.strftime("%d/%m/%Y", time.localtime(time.time() + days * 86400))


def launch(folder):
    """Opens the program on a folder, and gives it once its window has the keyboard."""
    habilis = start([BINARY, "--data", folder], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    search = ["xdotool", "search", "--onlyvisible", "--name", "^Habilis$"]
    subprocess.run(["timeout", str(30 * PATIENCE), *search[:2], "--sync", *search[2:]], check=True, stdout=subprocess.PIPE)
    window = subprocess.run(search, check=True, capture_output=True, text=True).stdout.split()[0]
    subprocess.run(["xdotool", "windowfocus", window], check=True)
    return habilis


class Window:
    def __init__(self):
        import pyatspi

        self.spi = pyatspi

    def every(self):
        """Everything that is shown, as (role, name, node)."""
        apps = []
        desktop = self.spi.Registry.getDesktop(0)
        for i in range(desktop.childCount):
            try:
                apps.append(desktop.getChildAtIndex(i))
            except Exception:
                continue
        seen = 0
        todo = [a for a in apps if a is not None]
        while todo and seen < 6000:
            node = todo.pop(0)
            seen += 1
            try:
                node.clear_cache()  # the library would tell of the page before
                name = " ".join((node.name or "").split())
                text = ""
                try:
                    t = node.queryText()
                    text = " ".join(t.getText(0, min(t.characterCount, 400)).split())
                except Exception:
                    pass
                yield node.getRoleName(), name, text, node
                todo.extend(c for c in node if c is not None)
            except Exception:
                continue

    def shown(self, wanted):
        return any(wanted in name or wanted in text for _, name, text, _ in self.every())

    def wait(self, wanted, seconds=15):
        end = time.time() + seconds * PATIENCE
        while time.time() < end:
            if self.shown(wanted):
                return
            time.sleep(0.3)
        raise AssertionError(f"« {wanted} » is not in the window: {self.texts()[:40]}")

    def texts(self):
        return [n or t for _, n, t, _ in self.every() if (n or t).replace("\ufffc", "").strip()]

    def focused(self):
        found = ""
        for role, name, _, node in self.every():
            try:
                if node.getState().contains(self.spi.STATE_FOCUSED) and role not in ("frame", "document web", "application", "filler", "scroll pane"):
                    found = name
            except Exception:
                continue
        return found

    def tab(self, wanted, most=40):
        """Tabs until what is named so has the focus."""
        seen = []
        for _ in range(most):
            at = self.focused()
            if at.rstrip(" *").startswith(wanted):
                return
            seen.append(at)
            key("Tab")
        raise AssertionError(f"the keyboard does not reach « {wanted} »: {seen}")

    def press(self, wanted):
        self.tab(wanted)
        key("Return")

    def type(self, wanted, text):
        self.tab(wanted)
        key("ctrl+a")
        write(text)


def test(name, fn):
    global passed, failed
    at = time.time()
    try:
        fn()
        passed += 1
        print(f"ok   {time.time() - at:5.1f} s  {name}", flush=True)
        return True
    except Exception as error:  # every failure is told
        failed += 1
        print(f"FAIL {time.time() - at:5.1f} s  {name}\n     {type(error).__name__}: {error}", flush=True)
        return False


def picture():
    (ROOT / "build").mkdir(exist_ok=True)
    subprocess.run(["import", "-window", "root", str(ROOT / "build" / "window.png")], check=True)


def main():
    folder = tempfile.mkdtemp(prefix="habilis-window-")
    folders.append(folder)
    display()
    bus()
    w = Window()
    opened = []

    def welcome():
        opened.append(launch(folder))
        w.wait("Bienvenue dans Habilis", 30)
        w.wait("Tout reste sur cet ordinateur")

    def set_up():
        w.press("Je gère ma propre entreprise")
        w.wait("Vérifier les SIRET")
        w.press("Non, je saisirai tout")
        w.wait("Votre SIRET")
        w.type("SIRET", "487 444 697 00428")
        w.wait("Non vérifiable pour l’instant")
        w.type("Raison sociale", "Essor Energies")
        w.press("Continuer")
        w.wait("De quels outils")
        w.press("Continuer")
        w.wait("Choisissez une phrase")
        w.type("Prénom", "Claire")
        w.type("Nom", "Morel")
        w.type("Adresse électronique", "claire.morel@exemple.fr")
        w.type("Phrase de passe", PASSPHRASE)
        w.wait("assez")
        w.press("Commencer")
        w.wait("Accueil", 30)
        w.wait("Claire Morel")

    def palette(name, title):
        key("ctrl+k")
        w.wait("Rechercher ou agir")
        write(plain(name))
        w.wait(name)
        time.sleep(0.3)
        key("Return")
        w.wait(title)
        time.sleep(0.4)

    def department():
        palette("Créer un service", "Informations générales")
        w.type("Code", "ACHATS")
        w.type("Libellé", "Service des achats")
        key("ctrl+s")
        w.wait("Modifier le service Service des achats")

    def person():
        palette("Ajouter une personne", "Pourra ouvrir Habilis")
        w.type("Adresse électronique", "paul.durand@exemple.fr")
        w.type("Prénom", "Paul")
        w.type("Nom", "Durand")
        w.type("Chercher un profil", "travaux mod")
        w.tab("Factures de travaux modification")
        key("space")
        w.type("Jusqu’au", day(20))
        time.sleep(1)
        w.press("Enregistrer")
        w.wait("Personne ajoutée : Paul Durand", 20)

    def extend():
        palette("Accueil", "Accès qui prennent fin")
        w.press("Prolonger le rattachement de Paul Durand")
        w.wait("Vide : sans date de fin")
        time.sleep(0.4)
        key("Return")  # the dialog begins in its field: no end
        w.wait("Rattachement prolongé", 20)

    def past_day():
        palette("Qui peut", "Choisissez une structure")
        w.type("Structure", "Essor")
        w.wait("Essor Energies")
        time.sleep(0.4)
        key("Down", "Return")
        w.wait("Claire Morel")
        w.type("Au", day(-40))
        key("Return")
        w.wait("Habilis ne tient rien avant le")

    def transfer():
        palette("Transférer le gestionnaire principal", "Nouveau gestionnaire principal")
        w.type("Structures", "Essor")
        time.sleep(0.6)
        key("Down", "Return")
        w.type("Nouveau gestionnaire principal", "Paul")
        time.sleep(0.6)
        key("Down", "Return")
        w.wait("Droits en plus")
        w.press("Soumettre")
        w.wait("C’est bien vous ?", 20)
        w.type("Phrase de passe", PASSPHRASE)
        key("Return")
        w.wait("Gestionnaire principal transféré", 20)

    def detach():
        palette("Détacher un utilisateur", "détachement")
        w.type("Structure", "Essor")
        time.sleep(0.6)
        key("Down", "Return")
        time.sleep(0.4)
        w.type("Utilisateur", "Claire")
        time.sleep(0.6)
        key("Down", "Return")
        w.type("Commentaire", "Passe au siege")
        w.wait("Aucun droit ne change")  # the administrator keeps all at the firm
        w.press("Détacher")
        w.wait("Personne détachée", 20)

    def example():
        place = tempfile.mkdtemp(prefix="habilis-window-")
        folders.append(place)
        opened.append(launch(place))
        w.wait("Bienvenue dans Habilis", 30)
        w.press("Explorer avec un exemple")
        w.wait("Effacer et commencer", 60)
        w.wait("Accès qui prennent fin")
        picture()
        stop(opened[-1])

    def file():
        # closed like a person closes it, then read: nothing is written
        stop(opened[-1])
        path = next(pathlib.Path(folder).glob("*.habilis"), None) or next(p for p in pathlib.Path(folder).rglob("*") if p.is_file() and p.read_bytes()[:15] == b"SQLite format 3")
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        one = lambda sql: db.execute(sql).fetchall()
        tables = {r[0] for r in one("select name from sqlite_schema where type='table'")}
        users = next(t for t in ("user", "users") if t in tables)
        names = {r[0] for r in one(f"select last_name from {users}")}
        assert {"Morel", "Durand"} <= names, f"people in the file: {names}"
        structures = next(t for t in ("structure", "structures") if t in tables)
        assert one(f"select count(*) from {structures}")[0][0] == 1, "structures in the file"
        columns = [r[1] for r in one("pragma table_info(journal)")]
        action = next(c for c in ("action", "act", "verb") if c in columns)
        acts = [r[0] for r in one(f"select {action} from journal order by seq")]
        for wanted in ("firm.set_up", "department.created", "user.added", "membership.extended", "principal.transferred", "membership.ended"):
            assert wanted in acts, f"{wanted} is not in the journal: {acts}"
        db.close()

    steps = [
        ("the window opens on the welcome page", welcome),
        ("the first launch, by keys", set_up),
        ("a department, by keys", department),
        ("a person with a profile, by keys", person),
        ("an attachment that ends soon is prolonged from the home page, by keys", extend),
        ("a day before the data is told as such, by keys", past_day),
        ("the principal manager hands the structure over, by keys", transfer),
        ("somebody is detached with a comment, by keys", detach),
        ("the journal and the people are in the file", file),
        ("the example opens in one press", example),
    ]
    global failed
    for i, (name, fn) in enumerate(steps):
        if not test(name, fn):
            try:
                picture()
            except Exception:
                pass
            for rest, _ in steps[i + 1:]:
                failed += 1
                print(f"FAIL   0.0 s  {rest}\n     a step before it failed", flush=True)
            if opened and opened[-1].poll() is not None:
                print(f"     the program ended: {opened[-1].stderr.read().decode()[-600:]}", flush=True)
            break


def end():
    for process in reversed(started):
        stop(process)
    for made in folders:
        shutil.rmtree(made, ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    finally:
        end()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
