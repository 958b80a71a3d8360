import { lightTheme, type Theme } from "@rainbow-me/rainbowkit";

/** RainbowKit in our tokens, so that its window follows light and dark by itself. */
export function walletTheme(): Theme {
  const base = lightTheme({ borderRadius: "small", fontStack: "system", overlayBlur: "none" });
  return {
    ...base,
    colors: {
      ...base.colors,
      accentColor: "var(--accent)",
      accentColorForeground: "var(--on-accent)",
      actionButtonBorder: "var(--line)",
      actionButtonSecondaryBackground: "var(--sunken)",
      closeButton: "var(--muted)",
      closeButtonBackground: "var(--sunken)",
      connectButtonBackground: "var(--surface)",
      connectButtonText: "var(--ink)",
      generalBorder: "var(--line)",
      generalBorderDim: "var(--line)",
      menuItemBackground: "var(--sunken)",
      modalBackground: "var(--surface)",
      modalBorder: "var(--line)",
      modalText: "var(--ink)",
      modalTextDim: "var(--muted)",
      modalTextSecondary: "var(--muted)",
      profileForeground: "var(--surface)",
      selectedOptionBorder: "var(--line)",
    },
    fonts: { body: "var(--font-sans)" },
    shadows: { ...base.shadows, dialog: "0 4px 16px rgb(0 0 0 / 0.14)", selectedWallet: "none" },
  };
}
