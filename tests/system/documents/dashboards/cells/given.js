const seen = { packs: [] };
const renderCells = (data) => seen.packs.push(data);
