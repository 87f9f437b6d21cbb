const over = "[role='dialog'], [role='listbox'], [role='menu'], [data-dates-dropdown]";

/** Whether keys are somebody else's for now: the lock stands before the page. */
export const locked = () => document.querySelector(".lock") !== null;

const shown = (e: Element) => e.getClientRects().length > 0;

/** The dialogs that stand before the page. */
export const dialogs = () => [...document.querySelectorAll("[role='dialog']")].filter(shown);

/** Whether the lock, a dialog, a list or a calendar stands before the page. */
export const covered = () => locked() || [...document.querySelectorAll(over)].some(shown);
