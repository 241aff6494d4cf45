/** Reads the answer aloud with a voice of the device: a voice that is elsewhere would be told of the message. */
function localVoice(language: string): SpeechSynthesisVoice | undefined {
  if (!('speechSynthesis' in window)) return undefined;
  return speechSynthesis.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
}

export function hush(): void {
  if ('speechSynthesis' in window) speechSynthesis.cancel();
}

/** Hidden until the device has a voice of its own in this language. */
export function listenButton(button: HTMLButtonElement, texts: string[], language: string, words: { listen: string; hush: string }): HTMLButtonElement {
  const rest = () => (button.textContent = words.listen);
  const look = () => (button.hidden = localVoice(language) === undefined);
  rest();
  look();
  if ('speechSynthesis' in window) speechSynthesis.addEventListener('voiceschanged', look);
  button.addEventListener('click', () => {
    if (speechSynthesis.speaking) {
      hush();
      rest();
      return;
    }
    const voice = localVoice(language);
    if (!voice) return;
    const said = new SpeechSynthesisUtterance(texts.join(' '));
    said.voice = voice;
    said.lang = voice.lang;
    said.rate = 0.9;
    said.addEventListener('end', rest);
    button.textContent = words.hush;
    speechSynthesis.speak(said);
  });
  return button;
}
