import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { useText } from "../../texts/text-context.tsx";
import css from "./panel.module.css";

export interface ContactDrawerProps {
  readonly opened: boolean;
  readonly size: number;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The contact over the page, at its end, where there is no room beside it. */
export function ContactDrawer({ opened, size, onClose, children }: ContactDrawerProps) {
  const { t } = useText();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={size}
      title={t("panel.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
      classNames={{
        header: css.drawerHeader ?? "",
        title: css.drawerTitle ?? "",
        body: css.drawerBody ?? "",
      }}
    >
      {children}
    </Drawer>
  );
}
