`timescale 1 ps/1 ps

// All eight inputs in order, then in random order: a design with memory would show.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_most;
        int errortime_most;
        int errors_all_equal;
        int errortime_all_equal;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic a;
    logic b;
    logic c;
    logic most_ref;
    logic most_dut;
    logic all_equal_ref;
    logic all_equal_dut;

    RefModule good1 (
        .a(a),
        .b(b),
        .c(c),
        .most(most_ref),
        .all_equal(all_equal_ref)
    );

    TopModule top_module1 (
        .a(a),
        .b(b),
        .c(c),
        .most(most_dut),
        .all_equal(all_equal_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 60801;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        for (int i = 0; i < 8; i++) begin
            {a, b, c} = i;
            @(negedge clk);
        end
        repeat (100) begin
            {a, b, c} = pick(8);
            @(negedge clk);
        end
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {most_ref, all_equal_ref} === ({most_ref, all_equal_ref} ^ {most_dut, all_equal_dut} ^ {most_ref, all_equal_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (most_ref !== (most_ref ^ most_dut ^ most_ref)) begin
            if (stats1.errors_most == 0) stats1.errortime_most = $time;
            stats1.errors_most++;
        end
        if (all_equal_ref !== (all_equal_ref ^ all_equal_dut ^ all_equal_ref)) begin
            if (stats1.errors_all_equal == 0) stats1.errortime_all_equal = $time;
            stats1.errors_all_equal++;
        end
    end

    final begin
        if (stats1.errors_most) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "most", stats1.errors_most, stats1.errortime_most);
        else $display("Hint: Output '%s' has no mismatches.", "most");
        if (stats1.errors_all_equal) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "all_equal", stats1.errors_all_equal, stats1.errortime_all_equal);
        else $display("Hint: Output '%s' has no mismatches.", "all_equal");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
