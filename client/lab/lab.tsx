import '../css/lab.css';
import { useEffect, useMemo } from 'preact/hooks';
import { createLab } from '../lab-models/lab-model.ts';
import type { Page } from '../models/page-model.ts';
import { Foot } from '../ui/foot.tsx';
import { Header } from '../ui/header.tsx';
import { DrawingSheet } from './drawing-sheet.tsx';
import { Drawings } from './drawings.tsx';
import { ExportImport } from './export-import.tsx';
import { Help } from './help.tsx';
import { SetAside } from './set-aside.tsx';
import { TrainingPanel } from './training-panel.tsx';
import { Unsure } from './unsure.tsx';
import { Verdict } from './verdict.tsx';
import { Versions } from './versions.tsx';

export function Lab({ page }: { page: Page }) {
  const lab = useMemo(() => createLab(page), [page]);
  useEffect(() => lab.stop, [lab]);
  return (
    <div class="page">
      <Header page={page} />
      <main class="lab" data-verdict={Boolean(lab.versions.shown.value?.verdict)}>
        <Help page={page} lab={lab} />
        <TrainingPanel page={page} start={lab.start} isHost={lab.isHost.value} />
        <div class="lab-findings">
          <Verdict versions={lab.versions} />
          <Unsure start={lab.start} />
        </div>
        <Versions page={page} versions={lab.versions} start={lab.start} />
        <SetAside model={lab.setAside} scheme={page.theme.scheme} />
        <Drawings page={page} lab={lab} />
        <ExportImport importing={lab.importing} start={lab.start} />
      </main>
      <Foot page={page} />
      <DrawingSheet page={page} lab={lab} />
    </div>
  );
}
