"""Opens the settings, and follows what they show: the microphone's level and how far fetching is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.events import AudioLevel, Event, Failed, MicrophoneClosed, MicrophoneLost, Progress, Ready, Understood

if TYPE_CHECKING:
    from assistant.checks.finding import Finding
    from assistant.checks.making.control_panel import ControlPanel
    from assistant.ui.app import AssistantApp


class SettingsDesk:
    """The settings of the terminal, beside the conversation."""

    def __init__(self, app: AssistantApp) -> None:
        self._app = app
        self.panel: ControlPanel | None = None
        """None until there is an assistant, or none could be made."""
        self.level: AudioLevel | None = None
        """At the microphone that is open; None where none is."""
        self.fetching: dict[str, Progress] = {}
        """Model -> how far it is fetched; those that are being fetched."""
        self.findings: tuple[Finding, ...] = ()
        """The last that the doctor found, as far as it is."""
        self.is_examining = False

    @property
    def height(self) -> int:
        """Number of lines of the terminal."""
        return self._app.size.height

    def open(self, page: str = "sound", tries: int = 100) -> None:
        """Open the settings at a page; in the first moments as soon as that can be."""
        from assistant.ui.settings.sheet import SettingsSheet

        if self.panel is None and tries:
            self._app.set_timer(0.05, lambda: self.open(page, tries - 1))
        elif self.panel is None:
            self._app.talk.warn("The settings cannot be opened.")
        elif isinstance(self._app.screen, SettingsSheet):
            self._app.screen.turn_to(page)
        else:
            self._app.push_screen(SettingsSheet(self, self.panel, page))

    def follow(self, event: Event) -> None:
        """Keep the part of an event that the settings show."""
        match event:
            case AudioLevel():
                self.level = event
            case Ready():
                self._show_again()
            case Understood() if self.panel is not None:
                self._app.talk.threshold = self.panel.threshold
            case MicrophoneClosed() | MicrophoneLost():
                self.level = None
            case Progress() if event.task.startswith("fetching "):
                model = event.task.removeprefix("fetching ")
                self.fetching[model] = event
                if event.total and event.done >= event.total:
                    del self.fetching[model]
            case Progress() if event.total and event.done >= event.total:
                self._show_again()
            case Failed():
                self.fetching.clear()
                self._tell(event)

    def _show_again(self) -> None:
        """Show on the page what is known only now."""
        from assistant.ui.settings.sheet import SettingsSheet

        if isinstance(self._app.screen, SettingsSheet) and self._app.screen.page is not None:
            self._app.screen.page.show()

    def _tell(self, failed: Failed) -> None:
        """Tell of a setting that could not be written on the page that said it was."""
        from assistant.ui.settings.sheet import SettingsSheet

        screen = self._app.screen
        if failed.where == "config" and isinstance(screen, SettingsSheet) and screen.page is not None:
            screen.page.tell(failed.message, is_fault=True)
