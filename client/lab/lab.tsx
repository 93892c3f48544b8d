import '../css/lab.css';
import { useEffect, useMemo } from 'preact/hooks';
import type { Page } from '../models/page-model.ts';
import { Header } from '../ui/header.tsx';
import { ExportImport } from './carry.tsx';
import { DrawingSheet } from './drawing-sheet.tsx';
import { Drawings } from './drawings.tsx';
import { createLab } from './lab-model.ts';
import { Teach } from './teach.tsx';
import { Verdict } from './verdict.tsx';
import { Versions } from './versions.tsx';

/** What was taught, the lesson, the versions. */
export function Lab({ page }: { page: Page }) {
  const lab = useMemo(() => createLab(page), [page]);
  useEffect(() => lab.stop, [lab]);
  return (
    <div class="page">
      <Header page={page} />
      <main class="lab" data-verdict={Boolean(lab.versions.shown.value?.verdict)}>
        <Teach page={page} teach={lab.start} />
        <Verdict versions={lab.versions} />
        <Versions versions={lab.versions} teach={lab.start} />
        <Drawings page={page} lab={lab} />
        <ExportImport carry={lab.exporting} teach={lab.start} />
      </main>
      <DrawingSheet page={page} lab={lab} />
    </div>
  );
}
